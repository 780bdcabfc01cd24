// Package score 打分 tells how right forecasts were: Brier, log, CRPS, pinball, coverage, PIT, AUC, skill against rivals; and it
// recalibrates by horizon what was off.
//
// Numbers in, numbers out, no text: what is not attainable with few cases comes back as data (Attainable, Enough), and the pages
// find the words. A score is negatively oriented (small is good) unless it says otherwise. Every result carries its n. Intervals by
// bootstrap draw from a stateless stream, so that they are the same on every machine. What scores persons does not belong here:
// the system's forecasts are scored, never a unit.
package score
