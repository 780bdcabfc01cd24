// Package bench measures, as ratios against a floor or a peer in the same run, so that a slower machine gives the same answer.
// `make bench` runs it on both engines; docs/bench.md keeps what was seen. Nothing here is a test of time.
package bench
