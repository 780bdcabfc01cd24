// Package project 重点项目 keeps a key project from first lead to full output: its life with guards and evidence, list
// membership by date, the year's plan, two monies that never mix, milestones with baseline, forecast and actual, the duty
// chain, promised days and how often they moved, and the letter of responsibility.
//
// It knows nothing of the month's report (domain/dispatch) and nothing of lights (rule packs).
package project
