package org

import (
	"encoding/json"
	"strings"

	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// Apply turns an entry of this room into its documents.
func Apply(w table.Writer, e ledger.Entry) error {
	switch e.Kind {
	case "org.unit-founded/1":
		var u Unit
		if err := json.Unmarshal(e.Body, &u); err != nil {
			return err
		}
		u.Seq = e.Seq
		return w.Put(UnitKind, u.ID, u)
	case "org.unit-led/1":
		var b unitLed
		if err := json.Unmarshal(e.Body, &b); err != nil {
			return err
		}
		u, err := UnitOf(w, b.Unit)
		if err != nil {
			return err
		}
		u.Head, u.Leader, u.Seq = b.Head, b.Leader, e.Seq
		return w.Put(UnitKind, u.ID, u)
	case "org.post-created/1":
		var p Post
		if err := json.Unmarshal(e.Body, &p); err != nil {
			return err
		}
		p.Seq = e.Seq
		if err := enrol(w, p); err != nil {
			return err
		}
		return w.Put(PostKind, p.ID, p)
	case "org.person-registered/1":
		var p Person
		if err := json.Unmarshal(e.Body, &p); err != nil {
			return err
		}
		p.Seq = e.Seq
		return w.Put(PersonKind, p.ID, p)
	case "org.seated/1":
		return changePost(w, e, func(p *Post, b tenureBody) {
			closeTenure(p, b.From)
			p.Tenures = append(p.Tenures, Tenure{Person: b.Person, From: b.From, Seq: e.Seq})
		})
	case "org.left/1":
		return changePost(w, e, func(p *Post, b tenureBody) { closeTenure(p, b.To) })
	case "org.access-set/1":
		var b struct {
			Person   string
			Disabled bool
		}
		if err := json.Unmarshal(e.Body, &b); err != nil {
			return err
		}
		p, err := PersonOf(w, b.Person)
		if err != nil {
			return err
		}
		p.Disabled, p.Seq = b.Disabled, e.Seq
		return w.Put(PersonKind, p.ID, p)
	case "org.hook-opened/1":
		var h Hook
		if err := json.Unmarshal(e.Body, &h); err != nil {
			return err
		}
		h.Since, h.Seq = e.Seq, e.Seq
		return w.Put(HookKind, h.ID, h)
	case "org.hook-closed/1":
		return changeHook(w, e, func(h *Hook, b hookClosed) { h.Closed, h.Why = b.On, b.Reason })
	case "org.hook-paused/1":
		return changeHook(w, e, func(h *Hook, b hookClosed) { h.Paused, h.Why = b.On, b.Reason })
	case "org.hook-resumed/1":
		return changeHook(w, e, func(h *Hook, b hookClosed) { h.Paused, h.Why = "", "" })
	}
	return nil
}

func changeHook(w table.Writer, e ledger.Entry, change func(*Hook, hookClosed)) error {
	var b hookClosed
	if err := json.Unmarshal(e.Body, &b); err != nil {
		return err
	}
	h, err := HookOf(w, strings.TrimPrefix(e.Subject, "hook/"))
	if err != nil {
		return err
	}
	change(&h, b)
	h.Seq = e.Seq
	return w.Put(HookKind, h.ID, h)
}

type tenureBody struct{ Post, Person, From, To string }

func changePost(w table.Writer, e ledger.Entry, change func(*Post, tenureBody)) error {
	var b tenureBody
	if err := json.Unmarshal(e.Body, &b); err != nil {
		return err
	}
	p, err := PostOf(w, b.Post)
	if err != nil {
		return err
	}
	change(&p, b)
	p.Seq = e.Seq
	return w.Put(PostKind, p.ID, p)
}

func closeTenure(p *Post, on string) {
	for i := range p.Tenures {
		if p.Tenures[i].To == "" {
			p.Tenures[i].To = on
		}
	}
}
