// Package schedule 路线图与推算 keeps the networks of steps by which promises are to be kept, and says of every promise when it will
// be kept, how sure that is, what drives the delay and which action is worth most.
//
// Steps, progress and which step a problem blocks are facts; a forecast is computed from facts, a day and a pack of assumptions,
// and is stored when the month is frozen, to be scored when the promised day has come. The engines (engine/network, engine/curve)
// know nothing of promises; rules and appraisal know nothing of odds.
package schedule
