// Package quantity 数量 holds exact numbers with units: whole fen and fractions, never a float. It reads what clerks type
// (1.20亿, 4,200万元, １２．５, 约3.5亿, 35%, 2.5万辆) and prints what pages show (亿元 with two decimals, % with one).
//
// Three laws hold here. What is read is printed so that it reads back the same (String). What is shown is rounded once,
// half away from zero, and nothing else ever rounds (Show, FormatRat). What is not understood is refused with the place.
//
// Share and points are both kept as fractions: 35% is 7/20 and 30 个百分点 is 3/10, so that the difference of two shares is
// a number of points without any conversion, and a light at exactly 30 points compares 3/10 with 3/10.
//
// Only fault and words are imported. No word of the field (计划, 灯) and no rule enters; a new unit belongs here.
package quantity
