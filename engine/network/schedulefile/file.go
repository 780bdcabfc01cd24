package schedulefile

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	"shigan/engine/network"
	"shigan/kernel/fault"
)

// Refusals; the sentences stand in words/text/network.yaml.
var (
	ErrUnknown   = fault.New(fault.Invalid, "network.file-unknown")
	ErrBinary    = fault.New(fault.Invalid, "network.file-binary")
	ErrMPX       = fault.New(fault.Invalid, "network.file-mpx")
	ErrEmpty     = fault.New(fault.Invalid, "network.file-empty")
	ErrTruncated = fault.New(fault.Invalid, "network.file-truncated")
	ErrBroken    = fault.New(fault.Invalid, "network.file-broken")
	ErrValue     = fault.New(fault.Invalid, "network.file-value")
	ErrMissing   = fault.New(fault.Invalid, "network.file-missing")
	ErrTooLarge  = fault.New(fault.TooLarge, "network.file-too-large")
	ErrNoHeading = fault.New(fault.Invalid, "network.steps-no-heading")
	ErrSteps     = fault.New(fault.Invalid, "network.steps-wrong")
	ErrEncoding  = fault.New(fault.Invalid, "network.file-encoding")
)

// Format of a file.
type Format string

const (
	MSPDI     Format = "mspdi"
	XER       Format = "xer"
	PMXML     Format = "pmxml"
	PSPLIB    Format = "psplib"
	Patterson Format = "patterson"
	Steps     Format = "steps"
)

// File is what a schedule file says.
type File struct {
	Format    Format
	Program   string // that wrote it, as far as it says
	Encoding  string // of a text file, as it was read
	Name      string
	Network   *network.Network
	Tasks     []Task // for each activity, what the file says beside the network
	Resources []Resource
	Needs     []Need // which activity uses how much of which resource
	Notes     []network.Finding
}

// Task is what a file says about an activity beside what the network holds.
type Task struct {
	Key      string // the file's own key
	Row      int    // row number, where the program shows one
	Outline  string // WBS code or path
	Who      string // in charge, from a table of steps
	Likely   *Three // what people think of the duration, from a table of steps
	Computed Computed
}

// Computed are the dates and floats that the file's own program worked out; None where the file does not say.
type Computed struct {
	EarlyStart, EarlyFinish network.Instant
	LateStart, LateFinish   network.Instant
	TotalFloat              int64 // working minutes, where FloatStated
	FloatStated             bool
	Critical                bool // where CriticalStated
	CriticalStated          bool
}

// Three 三点估计 are working days of the activity's calendar: at best, most likely, at worst.
type Three struct{ Least, Likely, Most float64 }

// Resource is counted, with as many as there are at a time (0: not said).
type Resource struct {
	Name     string
	Capacity int
}

// Need is a use of a resource all through an activity.
type Need struct{ Activity, Resource, Amount int }

// mostBytes bounds what is read into memory.
const mostBytes = 1 << 28

// Options of reading.
type Options struct {
	// Encoding of an XER file: "utf-8", "gb18030", "windows-1252" or another name that browsers know. Empty: found out.
	Encoding string
}

// Read finds out the format and reads the file.
func Read(r io.Reader, o Options) (*File, error) {
	b := bufio.NewReaderSize(&bounded{r: r, left: mostBytes}, 1<<16)
	head, err := b.Peek(4096)
	if err != nil && err != io.EOF && err != bufio.ErrBufferFull {
		return nil, refuse(err, "")
	}
	if len(bytes.TrimSpace(head)) == 0 {
		return nil, ErrEmpty
	}
	text := string(head)
	switch {
	case strings.HasPrefix(text, "\xD0\xCF\x11\xE0"), strings.HasPrefix(text, "PK\x03\x04"), strings.HasPrefix(text, "%PDF"):
		return nil, ErrBinary
	case strings.HasPrefix(text, "MPX"):
		return nil, ErrMPX
	case strings.HasPrefix(strings.TrimPrefix(text, "\uFEFF"), "ERMHDR"), strings.HasPrefix(strings.ReplaceAll(text, "\x00", ""), "\xFF\xFEERMHDR"):
		return readXER(b, o)
	case strings.Contains(text, "************") && strings.Contains(text, "file with basedata"):
		return readPSPLIB(b)
	case looksXML(text):
		return readXML(b)
	case looksPatterson(text):
		return readPatterson(b)
	}
	return nil, ErrUnknown
}

// looksXML also knows UTF-16, in which every second byte is zero.
func looksXML(head string) bool {
	t := strings.TrimLeft(strings.ReplaceAll(strings.TrimPrefix(head, "\uFEFF"), "\x00", ""), "\xFF\xFE\xEF\xBB\xBF \t\r\n")
	return strings.HasPrefix(t, "<")
}

// bounded refuses to read more than a bound, instead of ending early as if the file were whole.
type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, ErrTooLarge.With("limit", mostBytes>>20)
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// refuse keeps a refusal as it is and wraps anything else as a broken file.
func refuse(err error, where string) error {
	if _, ok := fault.Of(err); ok {
		return err
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrTruncated.With("where", where)
	}
	return ErrBroken.With("where", where, "detail", err.Error())
}

// note adds a finding about the file.
func (f *File) note(code string, pairs ...any) {
	f.Notes = append(f.Notes, network.Find("network.note."+code, "", pairs...))
}

// nowhere notes a link to something that the file does not hold.
func (f *File) nowhere(activity, from string) {
	f.Notes = append(f.Notes, network.Find("network.note.link-nowhere", activity, "from", clip(from)))
}

// finish checks the parts that all formats have in common and says which rule of "critical" the file used.
func (f *File) finish() (*File, error) {
	n := f.Network
	if len(n.Activities) == 0 {
		return nil, ErrEmpty
	}
	if len(n.Calendars) == 0 {
		n.Calendars = []*network.Calendar{network.EveryDay()}
	}
	work := 0
	for i := range n.Activities {
		if n.Activities[i].Kind != network.Summary {
			work++
		}
	}
	f.note("read", "activities", work, "links", len(n.Links), "calendars", len(n.Calendars))
	switch {
	case f.Format == PSPLIB || f.Format == Patterson || f.Format == Steps:
	case n.Rules.Critical == network.LongestPath:
		f.note("critical-longest-path")
	default:
		f.note("critical-float", "hours", float64(n.Rules.FloatLimit)/60)
	}
	return f, nil
}

// Differences lists activities whose early finish is another one here than in the program that wrote the file: it knew
// something that we do not follow, such as a calendar of a resource or a split.
func (f *File) Differences(s *network.Schedule) (out []network.Finding) {
	for i := range f.Tasks {
		a, theirs := &f.Network.Activities[i], f.Tasks[i].Computed.EarlyFinish
		ours := s.Dates[i].EarlyFinish
		if theirs == network.None || a.Kind == network.Summary || a.Kind == network.Hammock || a.Finished != network.None {
			continue
		}
		if !f.Network.SameWork(a.Calendar, ours, theirs) {
			out = append(out, network.Find("network.check.dates-differ", a.ID, "ours", ours.String(), "theirs", theirs.String()))
		}
	}
	return out
}
