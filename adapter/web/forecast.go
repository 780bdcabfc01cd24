package web

import (
	"cmp"
	"html/template"
	"math"
	"strconv"
	"strings"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/schedule"
	"shigan/engine/curve"
	"shigan/engine/draw"
	"shigan/engine/score"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/kernel/words"
)

// forecastPage 推算的据: in two sentences how it was made, what it learned from, its inputs with their entries, its record.
type forecastPage struct {
	X                  castView
	Sentence           string
	Method             string
	Model, Digest      string
	Trials             int
	Hump               template.HTML
	Inputs             []inputLine
	Assumed            []assumedLine
	Notes              []string
	Rivals             []rivalLine
	Drivers            []driverView
	Sum                string
	LogicDays          string
	SaidKept, SaidN    int
	Bucket             string
	Pack               string
	History            []historyLine
	LearnedN           int
	NetworkHref, SeedS string
	Sides              []sideLine
	SidesWhy           string
	Trust              []string
	Read               string // how the record changed what the models said; "" where it did not
}

// sideLine is what one of two models says by itself.
type sideLine struct{ Name, Weight, Pct, Likely string }

type inputLine struct {
	What, Value string
	Seq         int64
	Number      string
	Href        string
}

type assumedLine struct{ What, Value string }

type rivalLine struct{ Name, Pct, Likely string }

type historyLine struct{ Month, Pct, Likely, Due string }

func (v *view) forecastPage() error {
	key := v.r.URL.Query().Get("p")
	c, p, err := v.seeForecast(key)
	if err != nil {
		return err
	}
	rec, err := v.s.o.Calibration(v.ctx())
	if err != nil {
		return err
	}
	x := v.cast(c, p, v.unitNames()[p.LocalUnit], draw.Hump{Width: 380, Height: 110})
	a := v.s.o.Assumed
	d := forecastPage{X: x, Sentence: v.sentence(x, rec), Model: v.T("model." + string(c.Models())), Digest: c.Inputs, Trials: c.Trials, Hump: x.Hump, Pack: a.Pack.Say.In(v.Lang), Bucket: v.bucket(c.Keep),
		LearnedN: c.Class.N, SeedS: strconv.FormatUint(c.Seed, 16)}
	d.Method = v.T("method." + string(c.Model))
	v.sidesFor(&d, c)
	d.Read = v.readText(c)
	d.SaidKept, d.SaidN = rec.Said(c.Keep)
	d.Drivers = x.Drivers
	if c.Logic != "" && !c.Money() {
		total := 0
		for _, r := range c.Drivers {
			total += r.Days
		}
		d.Sum = signedText(total)
	}
	v.inputsFor(&d, c)
	for _, n := range c.Notes {
		if k := "forecast.note." + n.Code; words.Has(k) {
			args := []any{}
			for name, val := range n.Values {
				args = append(args, name, strconv.FormatFloat(math.Round(val), 'f', -1, 64))
			}
			d.Notes = append(d.Notes, v.T(k, args...))
		}
	}
	for _, id := range c.Left {
		if cs, err := casework.Of(v.Read(), id); err == nil {
			d.Notes = append(d.Notes, v.T("forecast.note.left", "case", cs.Title))
		}
	}
	for _, r := range c.Rivals {
		d.Rivals = append(d.Rivals, rivalLine{Name: v.T("rival." + r.Name), Pct: pctText(r.Keep), Likely: r.Likely})
	}
	v.assumedFor(&d, a, c)
	v.trustFor(&d, a, c)
	v.historyFor(&d, key)
	return v.page("forecast", v.T("forecast.title"), d, func(pg *Page) { pg.Ask = "nav.slipping" })
}

// sidesFor says in words why two models are pooled, and what each says by itself.
func (v *view) sidesFor(d *forecastPage, c *schedule.Cast) {
	if !c.Pooled() {
		return
	}
	d.Method = v.T("method.pool", "network", d.Method, "pace", v.T("method.pace"))
	for _, s := range c.Sides {
		d.Sides = append(d.Sides, sideLine{v.T("model." + string(s.Model)), pctText(s.Weight), pctText(s.Keep), s.Likely})
	}
	key := "forecast.sides.pack"
	if c.Sides[0].Scored > 0 {
		key = "forecast.sides.learned"
	}
	d.SidesWhy = v.T(key, "n", c.Sides[0].Scored, "enough", v.s.o.Assumed.Pool.Enough)
}

// readText says in words that a forecast was read through the record, from how many cases, and what the models had said.
func (v *view) readText(c *schedule.Cast) string {
	raw := c.Raw
	if raw == nil {
		return ""
	}
	h := score.Stratum(c.Ahead())
	args := []any{"months", horizonText(raw.From, score.Horizons[h]), "n", raw.Cases, "worth", strconv.FormatFloat(math.Round(raw.Worth), 'f', -1, 64), "was", pctText(raw.Keep), "now", pctText(c.Keep)}
	if c.Money() {
		return v.T("forecast.read.money", append(args, "likely0", v.yiText(raw.LikelyM), "likely", v.yiText(c.LikelyM))...)
	}
	return v.T("forecast.read", append(args, "likely0", raw.Likely, "likely", c.Likely)...)
}

// inputsFor lists what the forecast was made from, each with its entry.
func (v *view) inputsFor(d *forecastPage, c *schedule.Cast) {
	add := func(what, value string, seq int64, href string) {
		l := inputLine{What: what, Value: value, Seq: seq, Href: href}
		if e, err := v.Read().Entry(seq); err == nil && seq > 0 {
			l.Number = e.Number()
		}
		d.Inputs = append(d.Inputs, l)
	}
	add(v.T("input.promise"), v.promiseTitle(c.Promise), c.Promise.Seq, "")
	if c.Model == schedule.ByNetwork {
		n := v.planNames(c)
		d.NetworkHref = "/project/" + c.Promise.Project + "/network"
		add(v.T("input.network"), v.T("input.network.v", "n", len(n.plan.Steps), "v", n.plan.Version), n.plan.DrawnSeq, d.NetworkHref)
		for _, st := range n.plan.Steps {
			if m, ok := n.plan.Marks[st.ID]; ok && m.Finished == "" {
				done := "—"
				if m.Done != nil {
					done = strconv.FormatFloat(math.Round(*m.Done*100), 'f', -1, 64) + "%"
				}
				add(v.T("input.mark", "step", st.Name.In(v.Lang)), v.T("input.mark.v", "from", m.Started, "done", done), m.Seq, "")
			}
		}
		for id := range n.plan.Placed {
			cs := n.cases[id]
			if cs.ID != "" && cs.Open() {
				add(v.T("input.case", "step", n.step(n.plan.Placed[id])), cs.Title, cs.Born, "/case/"+id)
			}
		}
		return
	}
	p, err := v.s.o.Foresee(v.ctx())
	if err != nil {
		return
	}
	pr := p.Projects[c.Promise.Project]
	if pr.Start.Actual != "" {
		add(v.T("input.started"), pr.Start.Actual, pr.Start.Seq, "")
	}
	entries, err := v.Read().Entries("project/"+pr.ID, 60)
	if err != nil {
		return
	}
	for _, e := range entries {
		if e.Kind == "dispatch.reported/1" && len(d.Inputs) < 9 {
			d.Inputs = append(d.Inputs, inputLine{What: v.T("input.report"), Value: v.entrySentence(e), Seq: e.Seq, Number: ledger.Entry{Seq: e.Seq, RecordedAt: e.RecordedAt}.Number()})
		}
	}
}

func (v *view) assumedFor(d *forecastPage, a *schedule.Assumed, c *schedule.Cast) {
	num := func(x float64, digits int) string { return strconv.FormatFloat(x, 'f', digits, 64) }
	add := func(key, value string) { d.Assumed = append(d.Assumed, assumedLine{v.T("assumed." + key), value}) }
	switch c.Model {
	case schedule.ByNetwork:
		for _, k := range schedule.Causes {
			o := a.Classes[k]
			add("class", v.T("assumed.class.v", "class", v.T("cause."+k), "ratio", num(math.Exp(o.Mean), 2), "sigma", num(math.Sqrt(o.S2), 2)))
		}
		add("shares", v.T("assumed.shares.v", "project", num(a.Shares.Project, 2), "cause", num(a.Shares.Cause, 2)))
		v.hurdlesFor(d, a, true)
	case curve.ByYear:
		add("season", "")
		add("year", v.T("assumed.year.v", "share", num(a.Year.OfPlan*100, 0), "sigma", num(a.Year.Sigma, 2)))
	case curve.ByStart:
		add("start", v.T("assumed.start.v", "a", num(a.Start.A, 0), "b", num(a.Start.B, 0)))
	case curve.ByChain:
		add("project", v.T("assumed.project.v", "ratio", num(math.Exp(a.Project.Mean), 2), "sigma", num(math.Sqrt(a.Project.S2), 2)))
		v.hurdlesFor(d, a, false)
	default:
		add("project", v.T("assumed.project.v", "ratio", num(math.Exp(a.Project.Mean), 2), "sigma", num(math.Sqrt(a.Project.S2), 2)))
	}
}

// hurdlesFor says how long problems are taken to live, what a climb does, and how many more are expected, each with what it was learned
// from.
func (v *view) hurdlesFor(d *forecastPage, a *schedule.Assumed, open bool) {
	f, err := v.s.o.Foresee(v.ctx())
	if err != nil || f.Past == nil {
		return
	}
	h := f.Past.Hurdles
	num := func(x float64, digits int) string { return strconv.FormatFloat(x, 'f', digits, 64) }
	add := func(key string, args ...any) {
		d.Assumed = append(d.Assumed, assumedLine{v.T("assumed." + key), v.T("assumed."+key+".v", args...)})
	}
	add("blocker", "k", num(h.Lives.K, 1), "days", num(h.Lives.Scale, 0), "n", h.Cases, "k0", num(a.Blocker.K, 1), "days0", num(a.Blocker.Days, 0))
	if open {
		add("climb", "theta", num(h.Climb.Theta, 2), "low", num(h.Climb.Low, 2), "high", num(h.Climb.High, 2), "n", h.Climb.N, "pack", num(a.Climb, 2))
	}
	if h.Rate > 0 {
		add("future", "rate", num(h.Rate, 2), "n", h.New, "months", num(h.Months, 0), "impact", num(a.Future.Impact*100, 0), "pack", num(a.Future.Rate, 2))
	}
}

// trustFor says of each unit whose reports this forecast reads how its earlier ones came out. Few say so; nobody is ranked.
func (v *view) trustFor(d *forecastPage, a *schedule.Assumed, c *schedule.Cast) {
	f, err := v.s.o.Foresee(v.ctx())
	if err != nil || c.Model != schedule.ByNetwork {
		return
	}
	plan, names, seen := f.Plan(c.Promise.Project), v.unitNames(), map[string]bool{}
	if plan == nil {
		return
	}
	for _, st := range plan.Steps {
		m, ok := plan.Marks[st.ID]
		if !ok || m.Done == nil || m.Finished != "" || seen[m.Unit] {
			continue
		}
		seen[m.Unit] = true
		t, key := f.Past.Trust(m.Unit), "forecast.trust.none"
		over := int(math.Round((math.Exp(-t.Bias) - 1) * 100))
		switch {
		case t.N == 0:
		case t.N < a.Honesty.Few:
			key = "forecast.trust.few"
		case over > 0:
			key = "forecast.trust.over"
		case over < 0:
			key, over = "forecast.trust.under", -over
		default:
			key = "forecast.trust.even"
		}
		d.Trust = append(d.Trust, v.T(key, "unit", cmp.Or(names[m.Unit], m.Unit, "—"), "n", t.N, "over", over, "kappa", strconv.FormatFloat(t.Kappa, 'f', 2, 64), "pack", strconv.FormatFloat(a.Kappa, 'f', 2, 64)))
	}
}

// historyFor lists what the kept months said of the same promise.
func (v *view) historyFor(d *forecastPage, key string) {
	kept, err := app.All[schedule.Kept](v.Read(), schedule.KeptKind, "")
	if err != nil {
		return
	}
	for _, k := range kept[max(0, len(kept)-6):] {
		f, err := v.s.o.KeptForecasts(v.ctx(), k.Month)
		if err != nil {
			continue
		}
		for _, c := range f.Casts {
			if c.Promise.Key() == key {
				likely := c.Likely
				if c.Money() {
					likely = quantity.FormatYi(quantity.Fen(c.LikelyM), 2)
				}
				d.History = append(d.History, historyLine{Month: k.Month.String(), Pct: pctText(c.Keep), Likely: likely, Due: c.Promise.Due})
			}
		}
	}
}

// calibrationPage 我们准不准.
type calibrationPage struct {
	Rec                *app.Record
	Head               string
	Lede               string
	Chart              template.HTML
	Rows               []strataRow
	Total              strataRow
	Skills             []skillRow
	Rivals             []string
	Worst              []worstRow
	Read               []readRow // recalibrated: before and after, by horizon
	Fronts             []frontRow
	Few                []frontRow
	None               bool
	Bins               []binRow
	From, To           string
	Enough             bool
	InBand, Bands      int
	Hits, CoverN       int
	CoverPct           string
	LeastDots, LeastCh int
}

// readRow says what the record did to the forecasts that were read through it.
type readRow struct {
	Name, N, Was, Now, In, Word string
	WasIn, Of                   string
}

type binRow struct{ Said, Came, N, Band string }

type strataRow struct {
	Name, N, Hits, Pct, Band string
	Draw                     template.HTML
	Hue, Word                string
}

type skillRow struct {
	Name, N string
	Cells   []skillCell
	Word    string
	Few     bool
}

type skillCell struct {
	Pct  string
	Draw template.HTML
}

type worstRow struct {
	X           castView
	Month, Said string
	Came        string
}

type frontRow struct {
	Title      string
	Seen, Kept int
	Brier      string
	NearFull   bool
	skillRow
	Cover strataRow
}

// leastDots and leastChart are the sizes under which no dot and no drawing is shown (DESIGN §7): an office's own words may not
// make a picture out of five cases.
const (
	leastDots  = 10
	leastChart = 20
)

func (v *view) calibrationPage() error {
	rec, err := v.s.o.Calibration(v.ctx())
	if err != nil {
		return err
	}
	d := calibrationPage{Rec: rec, From: rec.From.String(), To: rec.To.String(), LeastDots: leastDots, LeastCh: leastChart}
	if len(rec.Scored) == 0 {
		d.None = true
		return v.page("calibration", v.T("calibration.title"), d, func(pg *Page) { pg.Ask = "nav.slipping" })
	}
	d.Enough = len(rec.Scored) >= leastChart
	v.bins(&d)
	v.strata(&d)
	f, seen, units, err := v.foresight()
	if err != nil {
		return err
	}
	for _, s := range rec.Worst {
		if _, ok := seen[s.Project]; !ok {
			continue // the reader sees how right the system is, not whose it was
		}
		p := f.Projects[s.Project]
		w := worstRow{X: v.cast(s.Cast, p, units[p.LocalUnit], draw.Hump{}), Month: s.Month.String(), Said: pctText(s.Cast.Keep), Came: v.T("calibration.broken")}
		if s.Kept {
			w.Came = v.T("calibration.kept")
		}
		if s.Actual != "" && !s.Kept {
			w.Came = v.T("calibration.late", "day", s.Actual)
		}
		d.Worst = append(d.Worst, w)
	}
	for _, fr := range rec.Fronts {
		row := frontRow{Title: labelOf(v.Lang, "class", fr.Front), Seen: fr.N, Kept: fr.Kept, Brier: strconv.FormatFloat(fr.Brier, 'f', 3, 64)}
		row.skillRow, row.Cover = v.skillRow(row.Title, fr.Stratum, d.Rivals), v.strataRow(row.Title, fr.Cover.Hits, fr.Cover.N)
		if fr.N < leastChart {
			d.Few = append(d.Few, row)
		} else {
			d.Fronts = append(d.Fronts, row)
		}
	}
	return v.page("calibration", v.T("calibration.title"), d, func(pg *Page) { pg.Ask = "nav.slipping" })
}

// bins draws what was said against what came, with the band that chance allows around what was said.
func (v *view) bins(d *calibrationPage) {
	chart := draw.Reliable{Axis: v.T("calibration.axis"), Line: v.T("calibration.line"), Title: v.T("calibration.chart")}
	best := struct {
		n    int
		said string
		kept int
	}{}
	for _, b := range d.Rec.Bins {
		lo, hi := bandOf(b.N, b.Said)
		row := binRow{Said: strconv.Itoa(int(b.From*100)) + "–" + strconv.Itoa(int(math.Round(b.To*100))) + "%", N: strconv.Itoa(b.N), Came: "—", Band: "—"}
		if b.N >= leastDots {
			row.Came, row.Band = pctText(b.Happened), pctText(lo)+"–"+pctText(hi)
			chart.Rows = append(chart.Rows, draw.Said{N: b.N, Said: b.Said, Came: b.Happened, Low: lo, High: hi, Label: "n " + strconv.Itoa(b.N)})
			d.Bands++
			if b.Happened >= lo-1e-9 && b.Happened <= hi+1e-9 {
				d.InBand++
			}
			if b.N > best.n {
				best.n, best.said, best.kept = b.N, strconv.Itoa(int(math.Round(b.Said*100))), int(math.Round(b.Happened*float64(b.N)))
			}
		}
		d.Bins = append(d.Bins, row)
	}
	d.Head = v.T("calibration.head", "said", best.said, "n", best.n, "kept", best.kept)
	if best.n == 0 {
		d.Head = v.T("calibration.head.few")
	}
	if d.Enough {
		d.Chart = chart.Draw()
	}
}

// bandOf is the band of shares within which 95 of 100 honest systems stay that say p of n.
func bandOf(n int, p float64) (lo, hi float64) {
	from, to := score.Band(n, p)
	return float64(from) / float64(n), float64(to) / float64(n)
}

func (v *view) strata(d *calibrationPage) {
	d.Rivals = []string{"promised", "class", "linear"}
	for _, s := range d.Rec.Strata {
		name := horizonText(s.From, s.To)
		d.Rows = append(d.Rows, v.strataRow(name, s.Cover.Hits, s.Cover.N))
		if x := s.Read; x.N > 0 {
			row := readRow{Name: name, N: strconv.Itoa(x.N), Was: strconv.FormatFloat(x.RawBrier, 'f', 3, 64), Now: strconv.FormatFloat(x.Brier, 'f', 3, 64), WasIn: strconv.Itoa(x.RawInside), In: strconv.Itoa(x.Inside), Of: strconv.Itoa(x.Of)}
			switch {
			case x.N < leastChart:
				row.Word = v.T("calibration.few", "n", leastChart)
			case x.Brier < x.RawBrier:
				row.Word = v.T("calibration.read.better")
			default:
				row.Word = v.T("calibration.read.worse")
			}
			d.Read = append(d.Read, row)
		}
		d.Skills = append(d.Skills, v.skillRow(name, s, d.Rivals))
	}
	d.Hits, d.CoverN = d.Rec.Cover.Hits, d.Rec.Cover.N
	d.CoverPct = "—"
	if d.CoverN > 0 {
		d.CoverPct = strconv.FormatFloat(float64(d.Hits)*100/float64(d.CoverN), 'f', 1, 64) + "%"
	}
	d.Total = v.strataRow(v.T("calibration.total"), d.Hits, d.CoverN)
}

// skillRow holds the forecasts of a horizon or a front against the plain rules.
func (v *view) skillRow(name string, s app.Stratum, rivals []string) skillRow {
	k := skillRow{Name: name, N: strconv.Itoa(s.N), Few: s.N < leastChart}
	ahead, behind := 0, ""
	for _, r := range rivals {
		x, ok := s.Skill[r]
		if !ok || math.IsNaN(x) {
			k.Cells = append(k.Cells, skillCell{Pct: "—"})
			continue
		}
		k.Cells = append(k.Cells, skillCell{Pct: strings.Replace(strconv.Itoa(int(math.Round(x*100))), "-", "−", 1) + "%", Draw: draw.Signed(x, 1, "")})
		if x > 0 {
			ahead++
		} else {
			behind = v.T("rival." + r)
		}
	}
	switch {
	case k.Few:
		k.Word = v.T("calibration.few", "n", leastChart)
	case behind != "":
		k.Word = v.T("calibration.behind", "rival", behind)
	default:
		k.Word = v.T("calibration.ahead")
	}
	return k
}

func horizonText(from, to float64) string {
	if math.IsInf(to, 1) {
		return strconv.Itoa(int(from)) + "+"
	}
	return strconv.Itoa(int(from)) + "–" + strconv.Itoa(int(to))
}

func (v *view) strataRow(name string, hits, n int) strataRow {
	r := strataRow{Name: name, N: strconv.Itoa(n), Hits: strconv.Itoa(hits), Pct: "—", Band: "—", Hue: "none", Word: v.T("calibration.sparse")}
	if n < leastDots {
		return r
	}
	const want = .8
	from, to := score.Band(n, want)
	share := float64(hits) / float64(n)
	r.Pct, r.Band = strconv.FormatFloat(share*100, 'f', 1, 64), strconv.Itoa(from)+"–"+strconv.Itoa(to)
	r.Draw = draw.Within{Share: share, Want: want, Low: float64(from) / float64(n), High: float64(to) / float64(n), From: .4}.Draw()
	switch {
	case hits < from:
		r.Hue, r.Word = "yellow", v.T("calibration.narrow")
	case hits > to:
		r.Hue, r.Word = "blue", v.T("calibration.wide")
	default:
		r.Hue, r.Word = "green", v.T("calibration.inside")
	}
	return r
}
