// Package dispatch 月度调度 owns the month: opened with its deadlines, reported, checked or returned, excused where there was
// good reason, frozen, told to those in red, published, and amended beside what was published, never over it.
//
// Lights are turned by rule packs alone (kernel/figure); this room only states facts. Money here is dispatch investment
// (调度投资); what the statistics bureau accepts is noted in domain/project and never worked out from it.
package dispatch
