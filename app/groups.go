package app

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"shigan/kernel/calendar"
)

// groupCache keeps the figures of groups until the ledger grows: a list page shows the same sums to everybody, and adding them
// up reads every project.
type groupCache struct {
	mu   sync.Mutex
	head int64
	by   map[string]*Figures
}

// GroupFigures computes figures of groups; it answers from memory as long as no entry has come in.
func (o *Office) GroupFigures(ctx context.Context, m calendar.Month, names, groups []string) (*Figures, error) {
	head, _, _, err := o.Read(ctx).Log()
	if err != nil {
		return nil, err
	}
	key := fmt.Sprint(m, "|", strings.Join(names, ","), "|", strings.Join(groups, ","))
	o.groups.mu.Lock()
	if o.groups.head != head.Size || o.groups.by == nil {
		o.groups.head, o.groups.by = head.Size, map[string]*Figures{}
	}
	if f, ok := o.groups.by[key]; ok {
		o.groups.mu.Unlock()
		return f, nil
	}
	o.groups.mu.Unlock()
	f, err := o.Figures(ctx, m, "", names, groups)
	if err != nil {
		return nil, err
	}
	o.groups.mu.Lock()
	defer o.groups.mu.Unlock()
	if o.groups.head == head.Size && len(o.groups.by) < 1000 {
		o.groups.by[key] = f
	}
	return f, nil
}
