package app

import (
	"context"
	"encoding/json"
	"errors"

	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/domain/schedule"
	"shigan/kernel/calendar"

	"github.com/gowebpki/jcs"
)

// KeptFile 留底 is the content of a month's file of forecasts.
type KeptFile struct {
	Month calendar.Month   `json:"month"`
	AsOf  string           `json:"as_of"`
	Pack  string           `json:"pack"`
	Sum   string           `json:"sum"`
	Known int64            `json:"known"` // entries behind it
	Casts []*schedule.Cast `json:"casts"`
}

// KeepForecasts 留底 stores the forecasts of today under a closed month. A month is kept once; what is kept is scored.
func (o *Office) KeepForecasts(ctx context.Context, m calendar.Month) (Receipt, error) {
	if o.Assumed == nil {
		return Receipt{}, ErrNoForecasts
	}
	head, _, _, err := o.Read(ctx).Log()
	if err != nil {
		return Receipt{}, err
	}
	on := calendar.DateOf(o.Clock())
	o.foresight.mu.Lock()
	f, err := o.foresee(ctx, on, o.Assumed.Trials.Kept, true, nil)
	o.foresight.mu.Unlock()
	if err != nil {
		return Receipt{}, err
	}
	kept := KeptFile{Month: m, AsOf: on.String(), Pack: o.Assumed.Pack.Name, Sum: o.Assumed.Sum, Known: head.Size, Casts: f.Casts}
	raw, err := json.Marshal(kept)
	if err != nil {
		return Receipt{}, err
	}
	if raw, err = jcs.Transform(raw); err != nil {
		return Receipt{}, err
	}
	file := File{Digest: head.Suite.Digest(raw), Name: "forecasts-" + m.String() + ".json", Media: "application/json", Bytes: raw}
	cmd := schedule.Keep{Kept: schedule.Kept{Month: m, AsOf: kept.AsOf, Values: file.Digest, N: len(f.Casts), Pack: kept.Pack, Sum: kept.Sum, Model: schedule.ModelVersion}}
	return o.Do(ctx, org.SystemSigner, cmd, Options{Files: []File{file}})
}

// keepOnce stores a month's forecasts unless somebody did.
func (o *Office) keepOnce(ctx context.Context, m calendar.Month) error {
	_, err := o.KeepForecasts(ctx, m)
	if errors.Is(err, schedule.ErrKept) || errors.Is(err, ErrNoForecasts) {
		return nil
	}
	return err
}

// keepLate stores forecasts of the last closed month where the freeze could not: a forecast made later is still one, and says when.
func (o *Office) keepLate(ctx context.Context) error {
	if o.Assumed == nil {
		return nil
	}
	r := o.Read(ctx)
	m := calendar.DateOf(o.Clock()).Month().Prev()
	month, err := dispatch.MonthOf(r, m)
	if err != nil || month.State != dispatch.Closed {
		return nil // nothing to keep yet
	}
	if ok, err := r.Get(schedule.KeptKind, m.String(), &schedule.Kept{}); err != nil || ok {
		return err
	}
	return o.keepOnce(ctx, m)
}

// KeptForecasts reads a month's file.
func (o *Office) KeptForecasts(ctx context.Context, m calendar.Month) (*KeptFile, error) {
	r := o.Read(ctx)
	var k schedule.Kept
	ok, err := r.Get(schedule.KeptKind, m.String(), &k)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, dispatch.ErrNotFrozen.With("month", m)
	}
	return keptFile(r, k)
}

func keptFile(r Reader, k schedule.Kept) (*KeptFile, error) {
	raw, err := r.Blob(k.Values)
	if err != nil {
		return nil, err
	}
	var f KeptFile
	return &f, json.Unmarshal(raw, &f)
}

// outcomeMoney is what each project reached in the years that are closed.
func outcomeMoney(r Reader, years []int) (map[string]map[string]int64, error) {
	out := map[string]map[string]int64{}
	for _, y := range years {
		ytd, err := reportedYear(r, y)
		if err != nil {
			return nil, err
		}
		for id, months := range ytd {
			if v, ok := months[12]; ok {
				if out[id] == nil {
					out[id] = map[string]int64{}
				}
				out[id][calendar.Month{Year: y, Month: 1}.String()[:4]] = v
			}
		}
	}
	return out, nil
}

// projectsByID reads all projects.
func projectsByID(r Reader) (map[string]project.Project, error) {
	all, err := All[project.Project](r, project.Kind, "")
	out := make(map[string]project.Project, len(all))
	for _, p := range all {
		out[p.ID] = p
	}
	return out, err
}
