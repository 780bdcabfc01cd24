package schedulefile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"shigan/engine/network"
)

// extraTarget names the processing instruction in which our own exports carry what MSPDI has no place for: ids that are no
// numbers, second constraints, whose time a lag is, seasons of a calendar. Other programs pass over it, and drop it when they
// save; what it says is then gone, and nothing else.
const extraTarget = "shigan"

// extra holds, for each part that would come back otherwise, how it comes back and what it really is. It is applied only to a
// part that still reads as it did when the file was written, so that an edit by hand or by another program wins.
type extra struct {
	Head       *part[head]              `json:"head,omitempty"`
	Activities []part[network.Activity] `json:"activities,omitempty"`
	Links      []part[network.Link]     `json:"links,omitempty"`
	Calendars  []part[network.Calendar] `json:"calendars,omitempty"`
	Tasks      []part[Task]             `json:"tasks,omitempty"`
}

// part is one thing by position.
type part[T any] struct {
	At  int    `json:"at"`
	Was string `json:"was"`
	Is  T      `json:"is"`
}

// head is what a file says about the whole.
type head struct {
	Name      string
	Default   int
	Start     network.Instant
	Finish    network.Instant
	DataDate  network.Instant
	Rules     network.Rules
	Resources []Resource
	Needs     []Need
}

func headOf(f *File) head {
	n := f.Network
	return head{f.Name, n.Default, n.Start, n.Finish, n.DataDate, n.Rules, f.Resources, f.Needs}
}

// digest recognises a part that reads as before.
func digest(v any) string {
	b, _ := json.Marshal(v)
	h := fnv.New64a()
	h.Write(b)
	return fmt.Sprintf("%016x", h.Sum64())
}

func equal(a, b any) bool {
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && bytes.Equal(x, y)
}

// compare lists the parts of want that got does not give back.
func compare[T any](got, want []T) (out []part[T]) {
	for i := range min(len(got), len(want)) {
		if !equal(got[i], want[i]) {
			out = append(out, part[T]{i, digest(got[i]), want[i]})
		}
	}
	return out
}

// restore puts the parts back whose place still reads as it did.
func restore[T any](got []T, parts []part[T]) {
	for _, p := range parts {
		if p.At >= 0 && p.At < len(got) && digest(got[p.At]) == p.Was {
			got[p.At] = p.Is
		}
	}
}

// missing works out what an export has to carry besides what can be read from it.
func missing(got, want *File) *extra {
	x := &extra{Activities: compare(got.Network.Activities, want.Network.Activities), Links: compare(got.Network.Links, want.Network.Links),
		Calendars: compare(plainCalendars(got.Network), plainCalendars(want.Network)), Tasks: compare(uncomputed(got.Tasks), uncomputed(want.Tasks))}
	if a, b := headOf(got), headOf(want); !equal(a, b) {
		x.Head = &part[head]{0, digest(a), b}
	}
	if x.Head == nil && len(x.Activities)+len(x.Links)+len(x.Calendars)+len(x.Tasks) == 0 {
		return nil
	}
	return x
}

func plainCalendars(n *network.Network) []network.Calendar {
	out := make([]network.Calendar, len(n.Calendars))
	for i, c := range n.Calendars {
		out[i] = *c
	}
	return out
}

// uncomputed leaves out the dates that the exporting program works out anew.
func uncomputed(tasks []Task) []Task {
	out := slices.Clone(tasks)
	for i := range out {
		out[i].Computed = Computed{}
	}
	return out
}

// text is the processing instruction. JSON writes > and control characters as escapes, so nothing can end it early.
func (x *extra) text() string {
	b, err := json.Marshal(x)
	if err != nil {
		return ""
	}
	return string(b)
}

// readExtra is nil for anything that is not ours.
func readExtra(b []byte) *extra {
	x := &extra{}
	if json.Unmarshal([]byte(strings.TrimSpace(string(b))), x) != nil {
		return nil
	}
	return x
}

func (x *extra) apply(f *File) {
	if x == nil {
		return
	}
	n := f.Network
	if x.Head != nil && digest(headOf(f)) == x.Head.Was {
		h := x.Head.Is
		f.Name, n.Start, n.Finish, n.DataDate, n.Rules, f.Resources, f.Needs = h.Name, h.Start, h.Finish, h.DataDate, h.Rules, h.Resources, h.Needs
		if h.Default >= 0 && h.Default < len(n.Calendars) {
			n.Default = h.Default
		}
	}
	calendars := plainCalendars(n)
	restore(calendars, x.Calendars)
	for i := range calendars {
		n.Calendars[i] = &calendars[i]
	}
	restore(n.Activities, x.Activities)
	restore(n.Links, x.Links)
	plain := uncomputed(f.Tasks)
	restore(plain, x.Tasks)
	for i := range plain {
		plain[i].Computed = f.Tasks[i].Computed
	}
	f.Tasks = plain
}
