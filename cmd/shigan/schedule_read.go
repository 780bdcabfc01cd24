package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"shigan/adapter/sheet"
	"shigan/engine/network"
	"shigan/engine/network/schedulefile"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/words"
)

var (
	errNoSchedule    = fault.New(fault.NotFound, "schedule.no-file")
	errScheduleKind  = fault.New(fault.Invalid, "schedule.folder")
	errFaults        = fault.New(fault.Invalid, "schedule.faults")
	errNoSuchClass   = fault.New(fault.Invalid, "schedule.no-calendar")
	errScheduleWrite = fault.New(fault.Unavailable, "schedule.not-written")
)

// mostFaults is how many things that make a network impossible are listed.
const mostFaults = 200

// plan is a schedule file as the commands use it.
type plan struct {
	*schedulefile.File
	file   string
	asOf   calendar.Date // zero: not asked for
	nobody bool          // no date stood anywhere: counted from a day that the program chose
}

// openPlan reads the file that a command names, of any format that is known: what planning programs write, test problems, and tables of
// steps as sheets.
func (c *call) openPlan() (*plan, error) {
	p := &plan{file: filepath.Base(c.arg(0))}
	var err error
	if p.asOf, err = c.day("as-of"); err != nil {
		return nil, err
	}
	start, err := c.day("start")
	if err != nil {
		return nil, err
	}
	raw, err := readSchedule(c.arg(0))
	if err != nil {
		return nil, err
	}
	p.File, err = schedulefile.Read(bytes.NewReader(raw), schedulefile.Options{Encoding: c.text("encoding")})
	if errors.Is(err, schedulefile.ErrUnknown) || errors.Is(err, schedulefile.ErrBinary) {
		p.File, err = c.readTable(p, raw, start, err)
	}
	if err != nil {
		return nil, err
	}
	if p.Format == schedulefile.PSPLIB || p.Format == schedulefile.Patterson {
		if p.nobody = true; start == (calendar.Date{}) {
			start = p.asOf
		}
	}
	if start != (calendar.Date{}) {
		p.Network.Start = network.On(start, 0)
	}
	if _, err := p.Network.Schedule(); errors.Is(err, network.ErrNoStart) {
		p.beginsOn()
	}
	return p, nil
}

// beginsOn lets a plan without any date begin on the day that is asked about.
func (p *plan) beginsOn() {
	day := p.asOf
	if day == (calendar.Date{}) {
		day = today()
	}
	p.Network.Start, p.nobody = network.On(day, 0), true
	p.Notes = append(p.Notes, network.Find("network.note.no-start", "", "date", day.String()))
}

// day reads a flag that is a date.
func (c *call) day(flag string) (calendar.Date, error) {
	text := c.text(flag)
	if text == "" {
		return calendar.Date{}, nil
	}
	d, err := calendar.ParseDay(text)
	if err != nil {
		return d, errDay.With("text", text)
	}
	return d, nil
}

func readSchedule(name string) ([]byte, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, errNoSchedule.With("file", name)
	case info.IsDir():
		return nil, errScheduleKind.With("file", name)
	case info.Size() > mostBytes:
		return nil, schedulefile.ErrTooLarge.With("limit", mostBytes>>20)
	}
	raw, err := os.ReadFile(name)
	if err != nil {
		return nil, errNoSchedule.With("file", name)
	}
	return raw, nil
}

// readTable reads a table of steps out of the first sheet that has one. A file that is no sheet either keeps the refusal of the readers
// of schedules, which names the formats.
func (c *call) readTable(p *plan, raw []byte, start calendar.Date, refusal error) (*schedulefile.File, error) {
	if bytes.IndexByte(raw, 0) >= 0 && !bytes.HasPrefix(raw, []byte("PK")) && !bytes.HasPrefix(raw, []byte("\xD0\xCF")) && !bytes.HasPrefix(raw, []byte("\xFF\xFE")) &&
		!bytes.HasPrefix(raw, []byte("\xFE\xFF")) {
		return nil, refusal
	}
	wb, err := sheet.Read(p.file, raw, sheet.Options{MaxBytes: mostBytes})
	if err != nil {
		if f, ok := fault.Of(err); ok && (errors.Is(f, sheet.ErrPassword) || f.Kind == fault.TooLarge || errors.Is(f, sheet.ErrDamaged) && bytes.HasPrefix(raw, []byte("PK"))) {
			return nil, err
		}
		return nil, refusal
	}
	o, err := c.stepOptions(p, start)
	if err != nil {
		return nil, err
	}
	for i := range wb.Sheets {
		f, wrong, err := schedulefile.ReadSteps(wb.Sheets[i].Rows(), o)
		if errors.Is(err, schedulefile.ErrNoHeading) {
			continue
		}
		if err != nil {
			return nil, c.refuseTable(err, wrong)
		}
		f.Encoding, f.Program = "", wb.Format
		if p.asOf != (calendar.Date{}) && f.Network.DataDate != network.None {
			f.Network.DataDate = network.On(p.asOf, 1440)
		}
		if f.Name == "" {
			f.Name = wb.Sheets[i].Name
		}
		return f, nil
	}
	if wb.Format == "csv" && !slices.Contains([]string{".csv", ".tsv", ".txt"}, strings.ToLower(filepath.Ext(p.file))) {
		return nil, refusal
	}
	return nil, schedulefile.ErrNoHeading
}

func today() calendar.Date {
	d, _ := calendar.ParseDay(time.Now().Format("2006-01-02"))
	return d
}

// stepOptions are by what calendars a table counts: calendar days unless --calendar names another class.
func (c *call) stepOptions(p *plan, start calendar.Date) (schedulefile.StepOptions, error) {
	classes, err := network.Classes(calendar.StateCouncil())
	if err != nil {
		return schedulefile.StepOptions{}, err
	}
	o := schedulefile.StepOptions{Calendars: classes, Usual: c.text("calendar")}
	if o.Usual != "" && classes[o.Usual] == nil {
		return o, errNoSuchClass.With("name", o.Usual)
	}
	if start != (calendar.Date{}) {
		o.Start = network.On(start, 0)
	}
	day := today()
	if p.asOf.Compare(day) > 0 {
		day = p.asOf
	}
	o.AsOf = network.On(day, 1440) // what --as-of leaves out may still be in the table
	return o, nil
}

// refuseTable adds the sentences of all bad cells to the refusal.
func (c *call) refuseTable(err error, wrong []network.Finding) error {
	f, ok := fault.Of(err)
	if !ok || len(wrong) == 0 {
		return err
	}
	var lines []string
	for _, w := range wrong[:min(len(wrong), mostFaults)] {
		lines = append(lines, words.Say(c.lang, w.Code, w.Args))
	}
	return c.listed(f, lines)
}

// listed prints what is wrong under the refusal, or hands it over as the refusal's list.
func (c *call) listed(f *fault.Fault, lines []string) error {
	if !c.json {
		for _, l := range lines {
			fmt.Fprintln(c.err, l)
		}
		return f
	}
	return f.With("faults", lines)
}

// faults refuses a network that cannot be computed, with everything that is wrong with it.
func (c *call) faults(p *plan) error {
	all := p.Network.Faults(mostFaults)
	if len(all) == 0 {
		return nil
	}
	if f, ok := fault.Of(all[0]); ok && len(all) == 1 {
		return f
	}
	return c.listed(errFaults.With("file", p.file, "n", len(all)), c.sentences(all))
}

func (c *call) sentences(all []error) (lines []string) {
	for _, err := range all {
		if f, ok := fault.Of(err); ok {
			lines = append(lines, words.Say(c.lang, "fault."+f.Code, f.Args))
		}
	}
	return lines
}
