package schedule

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"shigan/domain/org"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// Apply turns an entry of this room into the project's network, or into the record of what was kept.
func Apply(w table.Writer, e ledger.Entry) error {
	switch e.Kind {
	case "schedule.drawn/1":
		return change(w, e, &drawn{}, func(p *Plan, b *drawn) {
			if p.Version > 0 {
				p.Versions = append(p.Versions, Version{N: p.Version, Steps: len(p.Steps), Drawn: p.Drawn, Reason: p.Reason, Seq: p.DrawnSeq})
			} else {
				p.Born = e.Seq
			}
			p.Version, p.Goal, p.Steps, p.Template, p.Sample, p.Reason, p.Drawn, p.Post, p.DrawnSeq = b.Version, b.Goal, b.Steps, b.Template, b.Sample, b.Reason, e.EffectiveOn, e.Post, e.Seq
			for id := range maps.Clone(p.Marks) {
				if _, ok := p.Step(id); !ok {
					delete(p.Marks, id)
				}
			}
			for c, id := range maps.Clone(p.Placed) {
				if _, ok := p.Step(id); !ok {
					delete(p.Placed, c)
				}
			}
		})
	case "schedule.advanced/1":
		unit := ""
		if post, err := org.PostOf(w, e.Post); err == nil {
			unit = post.Unit
		}
		return change(w, e, &advanced{}, func(p *Plan, b *advanced) {
			if p.Marks == nil {
				p.Marks = map[string]Mark{}
			}
			for _, id := range slices.Sorted(maps.Keys(b.Marks)) {
				m := b.Marks[id]
				m.Seq, m.Unit = e.Seq, unit
				p.Marks[id] = m
				if st, ok := p.Step(id); ok && m.Done != nil && *m.Done > 0 && m.Finished == "" && st.Days > 0 {
					p.Told = append(p.Told, Told{Step: id, Unit: unit, Days: st.Days, Started: m.Started, On: m.On, Done: *m.Done})
				}
			}
		})
	case "schedule.placed/1":
		return change(w, e, &placed{}, func(p *Plan, b *placed) {
			if p.Placed == nil {
				p.Placed = map[string]string{}
			}
			if p.Placed[b.Case] = b.Step; b.Step == "" {
				delete(p.Placed, b.Case)
			}
		})
	case "schedule.option-saved/1":
		return change(w, e, &Option{}, func(p *Plan, b *Option) {
			b.Post, b.At, b.Seq = e.Post, e.RecordedAt, e.Seq
			p.Options = append(slices.Clone(p.Options), *b)
		})
	case "schedule.kept/1":
		var k Kept
		if err := json.Unmarshal(e.Body, &k); err != nil {
			return err
		}
		k.Seq = e.Seq
		return w.Put(KeptKind, k.Month.String(), k)
	}
	return nil
}

func change[B any](w table.Writer, e ledger.Entry, body *B, f func(*Plan, *B)) error {
	if err := json.Unmarshal(e.Body, body); err != nil {
		return err
	}
	id := strings.TrimPrefix(e.Subject, "project/")
	p, _, err := PlanOf(w, id)
	if err != nil {
		return err
	}
	p.Project = id
	f(&p, body)
	p.Seq = e.Seq
	return w.Put(Kind, id, p)
}
