package app

import (
	"strings"
	"sync"

	"shigan/domain/casework"
	"shigan/domain/schedule"
)

// livesCache keeps what was read of problems: one that has not moved since is not read again.
type livesCache struct {
	mu sync.Mutex
	of map[string]seenLife
}

type seenLife struct {
	seq    int64
	climbs []string
}

// mostLives bounds how many problems are learned from, the latest first; more of them would not change what is learned.
const mostLives = 2000

// lives reads the problems of projects: how long each stood, and when it climbed.
func (o *Office) lives(r Reader) ([]schedule.Life, error) {
	var lines []CaseLine
	for _, use := range []string{"problem", "finding"} {
		list, err := r.Cases(CaseFilter{Use: use, Sort: "opened", Desc: true, Limit: mostLives})
		if err != nil {
			return nil, err
		}
		lines = append(lines, list...)
	}
	o.livesSeen.mu.Lock()
	defer o.livesSeen.mu.Unlock()
	if o.livesSeen.of == nil {
		o.livesSeen.of = map[string]seenLife{}
	}
	var ask []string
	for _, l := range lines {
		if x, ok := o.livesSeen.of[l.ID]; l.Project != "" && l.Climbs > 0 && (!ok || x.seq != l.Seq) {
			ask = append(ask, l.ID)
		}
	}
	cases, err := Named[casework.Case](r, casework.CaseKind, ask)
	if err != nil {
		return nil, err
	}
	var out []schedule.Life
	for _, l := range lines {
		if l.Project == "" {
			continue
		}
		if c, ok := cases[l.ID]; ok {
			x := seenLife{seq: l.Seq}
			for _, climb := range c.Climbs {
				if day, ok := dayOf(climb.At); ok {
					x.climbs = append(x.climbs, day)
				}
			}
			o.livesSeen.of[l.ID] = x
		}
		life := schedule.Life{Project: l.Project}
		life.Opened, _ = dayOf(l.Opened)
		life.Closed, _ = dayOf(l.Closed)
		if l.Climbs > 0 {
			life.Climbs = o.livesSeen.of[l.ID].climbs
		}
		if life.Opened != "" && l.ClosedBy != "undone" && !strings.HasPrefix(l.ClosedBy, "taken") { // what was taken back or over says nothing of how long it stands
			out = append(out, life)
		}
	}
	return out, nil
}
