package casework

import (
	"slices"
	"strings"

	"shigan/engine/draw"
	"shigan/kernel/words"
)

// Diagram 状态图 draws the desk's states and moves, as the guide and `shigan desk show` print them. Strong are the ways by which
// the raiser himself brings it to its end.
func (d *Desk) Diagram(pen draw.Pen, lang words.Lang) string {
	place := map[string]int{}
	var nodes []draw.Node
	for i, s := range d.States {
		place[s.Name] = i
		n := draw.Node{Label: s.In(lang), End: s.End}
		if s.Waits != "" {
			n.Note = d.ActorName(s.Waits, lang)
		}
		nodes = append(nodes, n)
	}
	var edges []draw.Edge
	for _, m := range d.Moves {
		for _, from := range m.From {
			for _, to := range m.targets() {
				edges = append(edges, draw.Edge{From: place[from], To: place[to], Label: m.In(lang), Strong: m.Does == DoesConfirm})
			}
		}
	}
	return string(pen.Machine(d.In(lang), nodes, edges))
}

// ActorName is an actor as people read it.
func (d *Desk) ActorName(a Actor, lang words.Lang) string {
	kind, name, named := strings.Cut(string(a), ":")
	switch {
	case kind == "seat" && named && len(name) == 1 && int(name[0]-'1') < len(d.Ladder):
		return d.Ladder[name[0]-'1'].In(lang)
	case kind == "role":
		return words.Say(lang, "role."+name)
	case kind == "post":
		return name
	}
	return words.Say(lang, "actor."+string(a))
}

// ActorNames joins several.
func (d *Desk) ActorNames(list []Actor, lang words.Lang) string {
	var out []string
	for _, a := range list {
		out = append(out, d.ActorName(a, lang))
	}
	return strings.Join(slices.Compact(out), words.Say(lang, "list.and"))
}
