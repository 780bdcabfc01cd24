package demo

import (
	"fmt"
	"hash/fnv"

	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/quantity"
)

// ErrDesign says that the figures in data/ can't be met.
var ErrDesign = fault.New(fault.Invalid, "demo.design")

// wan is money in 万元, the unit of the design; entries are in fen.
func wan(n int64) quantity.Fen { return quantity.Fen(n) * quantity.Wan }

// done is what was invested in a month and in the year to its end, 万元.
type done struct{ month, ytd int64 }

// yearPlan of the design.
type yearPlan struct {
	planned, toLast int64
	category        project.Category
}

// item is one designed project.
type item struct {
	id, list                                  string
	facts                                     project.Facts
	stage                                     project.Stage
	start, started, startedSource             string // promised, actual
	library, finish, finished                 string // finish: the first promised day
	listed                                    string // day of the first list
	moves                                     []movedData
	plans                                     map[int]yearPlan
	months                                    map[calendar.Month]done
	duty                                      project.Duty
	fate, kind, state                         string // light of June; why; where its June report stands
	doubt                                     bool
	paidShare                                 float64           // of the funds; 0: it reports neither
	paidFixed                                 []int64           // funds and payment of June, where they are given
	excuse                                    map[string]string // light → reason
	ownerPost, localPost, linePost, agentPost string
	named                                     *namedData
}

// design makes the 254 projects: lights first, then money.
func design(d *data) ([]*item, error) {
	var all []*item
	firms := newFirms(d)
	next := 1
	for ci, c := range d.targets.Categories {
		rnd := newDice(uint64(100 + ci))
		items := make([]*item, c.N)
		for i := range items {
			items[i] = &item{id: fmt.Sprintf("JM-%03d", next+i), months: map[calendar.Month]done{}, plans: map[int]yearPlan{}, excuse: map[string]string{}}
			for k := range d.named.Projects {
				if d.named.Projects[k].ID == items[i].id {
					items[i].named = &d.named.Projects[k]
				}
			}
		}
		next += c.N
		describe(d, c, rnd, items, firms)
		giveFates(c, rnd, items)
		all = append(all, items...)
	}
	giveStates(d, all)
	if err := giveMoney(d, all); err != nil {
		return nil, err
	}
	giveDates(d, all)
	return all, nil
}

func cond[T any](yes bool, a, b T) T {
	if yes {
		return a
	}
	return b
}

func capital(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return string(s[0]-32) + s[1:]
}

// turn is a stable small number for a project and a purpose, by which days and minutes are dealt out.
func (it *item) turn(purpose string, n int) int {
	h := fnv.New32a()
	h.Write([]byte(it.id + purpose))
	return int(h.Sum32()>>7) % n
}
