package schedulefile

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"shigan/engine/network"
	"shigan/kernel/calendar"
)

// noDate is where test problems begin that have no dates: a Monday.
var noDate = network.On(calendar.MustDate("2001-01-01"), 0)

const mostJobs = 200_000

// testProblem starts a file whose time is counted in days from nothing.
func testProblem(format Format) *File {
	f := &File{Format: format, Network: &network.Network{Calendars: []*network.Calendar{network.EveryDay()}, Start: noDate}}
	f.note("no-dates")
	return f
}

// readPSPLIB reads a single-mode problem of the library of Kolisch and Sprecher (1996), a file of the form .sm.
func readPSPLIB(r io.Reader) (*File, error) {
	f := testProblem(PSPLIB)
	s := &lines{in: bufio.NewScanner(r)}
	section, jobs, requests := "", 0, 0
	for s.next() {
		switch {
		case strings.HasPrefix(s.text, "***"), strings.HasPrefix(s.text, "---"):
			continue
		case strings.HasPrefix(s.text, "jobs"):
			_, v, _ := strings.Cut(s.text, ":")
			jobs = s.whole(strings.TrimSpace(v), 1, mostJobs)
		case strings.HasPrefix(s.text, "PRECEDENCE RELATIONS"), strings.HasPrefix(s.text, "REQUESTS/DURATIONS"), strings.HasPrefix(s.text, "RESOURCEAVAILABILITIES"),
			strings.HasPrefix(s.text, "PROJECT INFORMATION"), strings.HasPrefix(s.text, "RESOURCES"):
			section = s.text[:5]
		case strings.HasPrefix(s.text, "jobnr."), strings.HasPrefix(s.text, "pronr."):
			if section == "REQUE" {
				f.resources(s.text)
			}
		case section == "PRECE":
			s.successors(f, jobs)
		case section == "REQUE":
			s.request(f)
			requests++
		case section == "RESOU" && len(f.Resources) > 0:
			s.capacities(f)
		}
		if s.wrong != nil {
			return nil, s.wrong
		}
	}
	if requests != jobs {
		return nil, ErrTruncated.With("where", s.n)
	}
	return s.whether(f, jobs)
}

// resources names the resources from the heading of the requests: "jobnr. mode duration  R 1  R 2".
func (f *File) resources(heading string) {
	words := strings.Fields(heading)
	for i := 3; i+1 < len(words); i += 2 {
		f.Resources = append(f.Resources, Resource{Name: words[i] + words[i+1]})
	}
}

// lines reads a text of numbers line by line.
type lines struct {
	in    *bufio.Scanner
	text  string
	n     int
	wrong error
}

func (s *lines) next() bool {
	for s.in.Scan() {
		s.n++
		if s.text = strings.TrimSpace(s.in.Text()); s.text != "" {
			return true
		}
	}
	return false
}

// whole reads a number within bounds.
func (s *lines) whole(text string, low, high int) int {
	v, err := strconv.Atoi(text)
	if s.wrong == nil && (err != nil || v < low || v > high) {
		s.wrong = ErrValue.With("where", s.n, "activity", "", "field", "", "value", clip(text))
	}
	return min(max(v, low), high)
}

func (s *lines) numbers(low, high int) []int {
	words := strings.Fields(s.text)
	out := make([]int, len(words))
	for i, w := range words {
		out[i] = s.whole(w, low, high)
	}
	return out
}

// successors reads "job modes count successors…". Activities are made in the order of their numbers.
func (s *lines) successors(f *File, jobs int) {
	v := s.numbers(0, mostJobs)
	n := f.Network
	if s.wrong != nil {
		return
	}
	if len(v) < 3 || v[0] != len(n.Activities)+1 || v[1] != 1 || len(v) != 3+v[2] {
		s.wrong = ErrValue.With("where", s.n, "activity", "", "field", "successors", "value", clip(s.text))
		return
	}
	n.Activities = append(n.Activities, network.Activity{ID: strconv.Itoa(v[0])})
	f.Tasks = append(f.Tasks, Task{Key: strconv.Itoa(v[0]), Row: v[0]})
	for _, to := range v[3:] {
		if to < 1 || to > jobs {
			s.wrong = ErrValue.With("where", s.n, "activity", v[0], "field", "successors", "value", to)
			return
		}
		n.Links = append(n.Links, network.Link{From: v[0] - 1, To: to - 1})
	}
}

// request reads "job mode duration requests…".
func (s *lines) request(f *File) {
	v := s.numbers(0, 1<<30)
	if s.wrong != nil {
		return
	}
	if len(v) != 3+len(f.Resources) || v[0] < 1 || v[0] > len(f.Network.Activities) || v[2] > 70_000 {
		s.wrong = ErrValue.With("where", s.n, "activity", "", "field", "duration", "value", clip(s.text))
		return
	}
	f.demand(v[0]-1, v[2], v[3:])
}

func (f *File) demand(i, duration int, amounts []int) {
	f.Network.Activities[i].Duration = int64(duration) * 1440
	if duration == 0 {
		f.Network.Activities[i].Kind = network.FinishMilestone // the two ends of every such problem
	}
	for k, amount := range amounts {
		if amount > 0 {
			f.Needs = append(f.Needs, Need{i, k, amount})
			f.Network.Activities[i].Resources++
		}
	}
}

// capacities reads the amounts that there are; the line before it only names them.
func (s *lines) capacities(f *File) {
	if strings.HasPrefix(s.text, "R") || strings.HasPrefix(s.text, "N") {
		return
	}
	v := s.numbers(0, 1<<30)
	if len(v) != len(f.Resources) {
		s.wrong = ErrValue.With("where", s.n, "activity", "", "field", "RESOURCEAVAILABILITIES", "value", clip(s.text))
		return
	}
	for k := range v {
		f.Resources[k].Capacity = v[k]
	}
}

// whether all that was announced has come.
func (s *lines) whether(f *File, jobs int) (*File, error) {
	if err := s.in.Err(); err != nil {
		return nil, refuse(err, fmt.Sprint(s.n))
	}
	if jobs == 0 || len(f.Network.Activities) != jobs || len(f.Resources) > 0 && f.Resources[0].Capacity == 0 && len(f.Needs) > 0 {
		return nil, ErrTruncated.With("where", s.n)
	}
	return f.finish()
}

// looksPatterson tells whether a text holds nothing but whole numbers, of which the first are few resources.
func looksPatterson(head string) bool {
	words := strings.Fields(head)
	if len(words) < 6 {
		return false
	}
	for _, w := range words[:6] {
		if _, err := strconv.Atoi(w); err != nil {
			return false
		}
	}
	return true
}

// readPatterson reads the older form .rcp: jobs and resources, capacities, then for each job its duration, its requests, the
// number of its successors and those. Line breaks mean nothing.
func readPatterson(r io.Reader) (*File, error) {
	f := testProblem(Patterson)
	s := &lines{in: bufio.NewScanner(r)}
	s.in.Split(bufio.ScanWords)
	ended := false
	take := func(high int) int {
		if !s.in.Scan() {
			ended = true
			return 0
		}
		s.n++ // counts words here
		return s.whole(s.in.Text(), 0, high)
	}
	jobs, kinds := take(mostJobs), take(100)
	for k := range kinds {
		f.Resources = append(f.Resources, Resource{fmt.Sprint("R", k+1), take(1 << 30)})
	}
	for i := 0; i < jobs && !ended && s.wrong == nil; i++ {
		id := strconv.Itoa(i + 1)
		f.Network.Activities = append(f.Network.Activities, network.Activity{ID: id})
		f.Tasks = append(f.Tasks, Task{Key: id, Row: i + 1})
		duration := take(70_000)
		amounts := make([]int, kinds)
		for k := range amounts {
			amounts[k] = take(1 << 30)
		}
		f.demand(i, duration, amounts)
		for k := take(jobs); k > 0 && !ended && s.wrong == nil; k-- {
			to := take(jobs)
			if to < 1 && !ended && s.wrong == nil {
				s.wrong = ErrValue.With("where", s.n, "activity", id, "field", "successors", "value", to)
			}
			f.Network.Links = append(f.Network.Links, network.Link{From: i, To: max(to-1, 0)})
		}
	}
	switch {
	case s.wrong != nil:
		return nil, s.wrong
	case ended || jobs == 0:
		return nil, ErrTruncated.With("where", s.n)
	}
	return f.finish()
}
