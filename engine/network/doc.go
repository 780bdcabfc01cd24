// Package network 网络计划 computes what follows from activities and links: dates, floats and the critical path (critical path
// method, 关键线路法), and, by simulation, the odds of a date, what drives it and what a change is worth (Monte Carlo,
// schedule risk analysis).
//
// Two passes share one Network. Schedule works in whole minutes of real working hours, as the planning programs do, and gives
// the dates that a plan claims. Model and Run work in ticks of 1/256 day over batches of 64 trials; every duration is a
// distribution, and what makes durations move together (common causes) is part of the input: left out, it is not zero.
// Random numbers are stateless: one draw belongs to (seed, key of the activity, trial) and to nothing else, so a changed
// network is compared trial by trial with the unchanged one (common random numbers), and one core or many give the same bits.
//
// Numbers in, numbers out: no clock, no file, no text. What is wrong with a schedule comes back as Findings (code, activity,
// values); their sentences stand in kernel/words. Formats of other programs are read in schedulefile. Which promise a network
// serves, where its distributions come from and how a forecast is worded belongs to domain/schedule, not here.
package network
