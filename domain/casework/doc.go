// Package casework 办事台账 keeps whatever stays open until the one who raised it is content or is told why not: problems,
// tasks out of decisions, supervision items, findings. One engine, one ladder.
//
// A desk (Desk) is a value out of a pack: states, moves and who may make them, clocks, ladder, outcomes, slips. It is adopted by
// a fact that carries the whole of it, and a case pins its digest at birth, so that old cases keep their rules and a replay needs
// no packs. Decide works out everything that a move brings about (clocks with their limits, levels, empty seats) and writes it
// into the fact; Apply only takes it over. Overdue, remaining and whose turn it is are computed (clock.go), never stored.
//
// It imports org and kernel. No project, SQL, HTTP or template enters, nor the words of one desk (工单, 督办): subject, parties
// and the chain of duty are handed in as values. A new way to close a case belongs here; a new way to raise one does not.
package casework
