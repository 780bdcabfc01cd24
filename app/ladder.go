package app

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/calendar"
)

// RunClock 走表 looks once at every open case and states the climbs that are due. Each climb carries a key out of case, level
// and the start of the clock that ran out, so that it happens once, whether this clock slept a week or a second server runs
// beside it. A case that cannot be worked out (the list of holidays ends) is left where it is and told of in err; the others
// go on. It also lets the store count what fell due, so that nobody who asks how many are overdue counts them one by one.
func (o *Office) RunClock(ctx context.Context) (climbed int, err error) {
	raw, err := o.Read(ctx).Raw(casework.TickKind, "")
	if err != nil {
		return 0, err
	}
	now, days := o.Clock(), calendar.StateCouncil()
	var deeds []Deed
	var bad []error
	for _, body := range raw {
		if casework.Early(body, now) {
			continue
		}
		var t casework.Tick
		if err := json.Unmarshal(body, &t); err != nil {
			bad = append(bad, err)
			continue
		}
		c, due, err := t.Due(now, days)
		switch {
		case err != nil:
			bad = append(bad, err)
		case due:
			deeds = append(deeds, Deed{By: org.SystemSigner, Cmd: c, Opt: Options{Key: c.Key()}})
		}
	}
	for part := range slices.Chunk(deeds, maxBatch) {
		receipts, errs := o.doEach(ctx, part)
		for i, r := range receipts {
			switch {
			case errs[i] != nil && !errors.Is(errs[i], casework.ErrNotDue) && !errors.Is(errs[i], casework.ErrClosed): // those moved on meanwhile
				bad = append(bad, errs[i])
			case errs[i] == nil && !r.Repeat && r.First > 0:
				climbed++
			}
		}
	}
	if err := o.Store.Lapse(ctx, o.District, now.UTC().Format(time.RFC3339)); err != nil {
		bad = append(bad, err)
	}
	return climbed, errors.Join(bad...)
}
