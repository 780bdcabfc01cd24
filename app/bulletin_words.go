package app

import (
	"math/big"
	"strings"

	"shigan/kernel/figure"
	"shigan/kernel/quantity"
	"shigan/kernel/rules"
	"shigan/kernel/words"
)

// GroupName is the words of a group: a unit's own name, or the catalogue's for its key.
func (b *Bulletin) GroupName(group string, lang words.Lang) string {
	if n, ok := b.Names[group]; ok {
		return n.In(lang)
	}
	if group == Everything {
		return words.Say(lang, "total")
	}
	kind, key, _ := strings.Cut(strings.TrimPrefix(group, "group/"), "/")
	if k := kind + "." + key; words.Has(k) {
		return words.Say(lang, k)
	}
	return key // a list's own word
}

// RankNote says who takes part in the order.
func (b *Bulletin) RankNote(lang words.Lang) string {
	if len(b.Ranked.Tops) == 0 {
		return ""
	}
	least, err := rules.ParseValue(b.Ranked.Least)
	if err != nil || least.IsMissing() || least.Num.Rat.Sign() == 0 {
		return words.Say(lang, "bulletin.ranked.all", "n", b.Ranked.Of)
	}
	return words.Say(lang, "bulletin.ranked", "least", quantity.Show(figure.InUnit(least.Num.Rat, quantity.UnitWanYuan), quantity.UnitWanYuan, lang), "n", b.Ranked.Of)
}

// Reason is why a project is red: the words of the rules, then what its unit says.
func (r RedLine) Reason(lang words.Lang) string {
	var whys []string
	for _, l := range r.Lights {
		whys = append(whys, l.Why.In(lang))
	}
	stop := words.Say(lang, "stop")
	bare := func(s string) string { return strings.TrimRight(strings.TrimSpace(s), "\u3002.;\uff1b ") }
	text := strings.Join(whys, words.Say(lang, "list.and")) + stop
	if p := bare(r.Problem); p != "" {
		text += p + stop
	}
	if m := bare(r.Measure); m != "" {
		text += words.Say(lang, "bulletin.red.measure", "who", strings.TrimSpace(r.Who), "measure", m)
	}
	return text
}

// WhatIn says which day moved.
func (m MovedPromise) WhatIn(lang words.Lang) string {
	if m.What == "milestone" {
		return m.Step.In(lang)
	}
	return words.Say(lang, "what."+m.What)
}

// Unit is the unit in which an amended sum shows a difference: 亿元, or 万元 where two decimals hide it.
func (s AmendedSum) Unit() quantity.Unit {
	yi := func(r *big.Rat) string {
		return quantity.Show(figure.InUnit(r, quantity.UnitYiYuan), quantity.UnitYiYuan, words.Zh).Text
	}
	if yi(s.Was) == yi(s.Now) {
		return quantity.UnitWanYuan
	}
	return quantity.UnitYiYuan
}
