// Package demo 示例区 fills an empty office with Jimo as the article of 19 February 2022 tells it, and with sample figures around
// it. Everything goes in through the commands that users have, in the order of the days, so that a demo is a real ledger:
// it can be verified, replayed and corrected.
//
// What is invented says so: units, people and projects carry Sample. Texts and names lie in data/*.yaml; Go holds the way the
// figures are made. First the design (design.go, pure): lights, then money that adds up to the fen; then a timeline of deeds
// (timeline.go) that the office does day by day.
package demo
