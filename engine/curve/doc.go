// Package curve 曲线 forecasts what has no network of activities: chains of milestones, money over the year, counts that run down
// to zero, starts, blockers, and programmes over the joint trials of their parts. Model A, the network, is engine/network.
//
// Numbers in, numbers out: no clock, no file, no text. Times are days or months counted from the day of the forecast or from a
// start that the caller names; ratios are actual over planned. A forecast is a Table of quantiles, the chance that the promise
// is kept, the class that it learned from with its number of cases, what each input moved, and notes by code. What is not known
// is not made up: without data the class rate is returned and a note says so, without a planned date there is no date.
//
// Random numbers have no state (special.Stream), so the same seed gives the same trials on any number of cores. Parameters that
// are assumptions stand in Prior and are handed in by the domain out of its packs; DefaultPrior repeats the research's [P].
package curve
