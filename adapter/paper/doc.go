// Package paper 纸面 is what leaves the house on paper: bulletins, letters of responsibility, supervision slips, wall
// charts and exported tables, as .docx, .xlsx, print pages, PDF and SVG; and the filling of a superior's own workbook.
//
// It takes plain values and gives bytes. It asks nobody for anything: no database, no clock, no randomness, so the same
// values give the same bytes, today and at an audit ten years on. Numbers come in as text already rounded for print
// (Num.Text) beside the exact decimal (Num.Exact); paper adds up only to check that a table's total equals its parts.
// Fixed words stand in the catalogue under "paper."; words of the matter itself come in with the values.
//
// What is printed is never edited: an amendment is one more sheet behind.
package paper
