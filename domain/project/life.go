package project

import "slices"

// next lists where a project may go from each stage. Side states and going back need a reason; forward steps of building need
// evidence, because statistics and lights hang on them.
var next = map[Stage][]Stage{
	Conceived:   {Negotiating, Signed, Preparing, Left},
	Negotiating: {Signed, Conceived, Left},
	Signed:      {Admitted, Preparing, Negotiating, Left},
	Admitted:    {Preparing, Signed, Left},
	Preparing:   {Ready, Started, Deferred, Left},
	Ready:       {Started, Preparing, Deferred, Left},
	Started:     {Building, Finished, Ready, Stopped, Deferred, Left},
	Building:    {Finished, Started, Stopped, Deferred, Left},
	Finished:    {Producing, Building, Left},
	Producing:   {Scaled, FullOutput, Finished},
	Scaled:      {FullOutput, Producing},
	FullOutput:  {Producing},
	Stopped:     {Started, Building, Left},
	Deferred:    {Preparing, Ready, Started, Left},
	Left:        {Conceived, Preparing, Started, Building},
}

// order of the main line; going to a lower one is going back.
var order = []Stage{Conceived, Negotiating, Signed, Admitted, Preparing, Ready, Started, Building, Finished, Producing, Scaled, FullOutput}

// Stages in the order of the life, side states last.
func Stages() []Stage { return append(slices.Clone(order), Stopped, Deferred, Left) }

// NeedsEvidence are the steps that stand on a document: a permit or a dated photograph of main works (site levelling does not
// count), acceptance, first sale, design output. Source: domain research §1.1 and §1.5.
func NeedsEvidence(to Stage) bool {
	return slices.Contains([]Stage{Started, Finished, Producing, FullOutput}, to)
}

// Backward tells whether a step goes back or aside, which needs a reason.
func Backward(from, to Stage) bool {
	i, j := slices.Index(order, from), slices.Index(order, to)
	return j < 0 || i >= 0 && j < i
}

// Allowed tells whether a step exists.
func Allowed(from, to Stage) bool { return slices.Contains(next[from], to) }
