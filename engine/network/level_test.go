package network_test

import (
	"archive/tar"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"os/exec"
	"path"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"shigan/engine/network"
	"shigan/engine/network/schedulefile"
	"shigan/kernel/calendar"
)

// psplib reads the 480 problems J30 of Kolisch and Sprecher with their optimal lengths, where they and xz are at hand.
func psplib(t *testing.T) (map[string]*schedulefile.File, map[string]int) {
	t.Helper()
	const dir = "../../../shared/data/schedules/psplib/"
	packed, err := os.ReadFile(dir + "j30.sm.tar.xz")
	if err != nil {
		t.Skip("no PSPLIB here")
	}
	if _, err := exec.LookPath("xz"); err != nil {
		t.Skip("no xz here")
	}
	unpack := exec.Command("xz", "-dc")
	unpack.Stdin = bytes.NewReader(packed)
	plain, err := unpack.Output()
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]*schedulefile.File{}
	for r := tar.NewReader(bytes.NewReader(plain)); ; {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if path.Ext(h.Name) != ".sm" {
			continue
		}
		f, err := schedulefile.Read(r, schedulefile.Options{})
		if err != nil {
			t.Fatalf("%s: %v", h.Name, err)
		}
		files[path.Base(h.Name)] = f
	}
	list, err := os.Open(dir + "j30_optimum.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	rows, err := csv.NewReader(list).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	best := map[string]int{}
	for _, row := range rows[1:] {
		best[row[0]], _ = strconv.Atoi(row[1])
	}
	if len(files) != 480 || len(best) != 480 {
		t.Fatalf("%d files, %d lengths", len(files), len(best))
	}
	return files, best
}

func scarcity(f *schedulefile.File) (have []network.Scarce, uses []network.Use) {
	for _, r := range f.Resources {
		have = append(have, network.Scarce{Name: r.Name, Capacity: r.Capacity})
	}
	for _, n := range f.Needs {
		uses = append(uses, network.Use{Activity: n.Activity, Resource: n.Resource, Amount: n.Amount})
	}
	return have, uses
}

// longest is the critical path found by another way: memoised recursion over successors.
func longest(n *network.Network) int {
	next := map[int][]int{}
	for _, l := range n.Links {
		next[l.From] = append(next[l.From], l.To)
	}
	known := map[int]int{}
	var from func(i int) int
	from = func(i int) int {
		if v, ok := known[i]; ok {
			return v
		}
		v := 0
		for _, j := range next[i] {
			v = max(v, from(j))
		}
		known[i] = v + int(n.Activities[i].Duration/1440)
		return known[i]
	}
	v := 0
	for i := range n.Activities {
		v = max(v, from(i))
	}
	return v
}

func TestCriticalPathsOfPSPLIBJ30(t *testing.T) {
	files, best := psplib(t)
	for name, f := range files {
		s, err := f.Network.Schedule()
		if err != nil {
			t.Fatal(err)
		}
		length := int(s.Finish-f.Network.Start) / 1440
		if want := longest(f.Network); length != want || length > best[name] {
			t.Errorf("%s: critical path %d, by recursion %d, optimum with resources %d", name, length, want, best[name])
		}
		sum := 0
		for _, i := range s.Path {
			sum += int(f.Network.Activities[i].Duration / 1440)
			if !s.Dates[i].Critical {
				t.Errorf("%s: activity %d is on the path and not critical", name, i)
			}
		}
		if sum != length {
			t.Errorf("%s: durations on the path sum to %d, not %d", name, sum, length)
		}
	}
}

func TestLevellingOfPSPLIBJ30StaysNearTheOptimum(t *testing.T) {
	files, best := psplib(t)
	mean := func(schedules int) float64 {
		sum := 0.0
		for name, f := range files {
			have, uses := scarcity(f)
			l, err := network.Level(f.Network, have, uses, network.LevelOptions{Schedules: schedules, Seed: 1})
			if err != nil {
				t.Fatal(err)
			}
			if l.Days < best[name] || l.Schedules > schedules {
				t.Fatalf("%s: %d days after %d schedules, the optimum is %d", name, l.Days, l.Schedules, best[name])
			}
			kept(t, f.Network, l, have, uses)
			sum += float64(l.Days-best[name]) / float64(best[name])
		}
		return sum / float64(len(files)) * 100
	}
	for _, tc := range []struct {
		schedules int
		limit     float64
	}{{1, 6}, {3, 4.5}, {1000, .6}} {
		if testing.Short() && tc.schedules > 3 {
			break
		}
		got := mean(tc.schedules)
		t.Logf("%d schedules: %.3f %% over the optimum", tc.schedules, got)
		if got > tc.limit {
			t.Errorf("%d schedules: %.3f %% over the optimum, want at most %v", tc.schedules, got, tc.limit)
		}
	}
}

// kept checks a levelled plan of whole days against links and capacities, day by day.
func kept(t interface{ Fatalf(string, ...any) }, n *network.Network, l *network.Levelled, have []network.Scarce, uses []network.Use) {
	for _, k := range n.Links {
		if k.Type == network.FS && l.Start[k.To] < l.Finish[k.From]+network.Instant(k.Lag) {
			t.Fatalf("%s starts %v, before %s ends at %v", n.Activities[k.To].ID, l.Start[k.To], n.Activities[k.From].ID, l.Finish[k.From])
		}
	}
	for r, h := range have {
		used := map[network.Instant]int{}
		for _, u := range uses {
			if u.Resource != r {
				continue
			}
			for at := l.Start[u.Activity]; at < l.Finish[u.Activity]; at += 1440 {
				if used[at] += u.Amount; used[at] > h.Capacity {
					t.Fatalf("%d of %s are used at %v, there are %d", used[at], h.Name, at, h.Capacity)
				}
			}
		}
	}
}

func TestLevellingOfASmallProblem(t *testing.T) {
	b, err := os.ReadFile("schedulefile/testdata/tiny.sm")
	if err != nil {
		t.Fatal(err)
	}
	f, err := schedulefile.Read(bytes.NewReader(b), schedulefile.Options{})
	if err != nil {
		t.Fatal(err)
	}
	have, uses := scarcity(f) // 2, 3 and 5 need two of three each and so follow one another: 3 + 4 + 4 days
	l, err := network.Level(f.Network, have, uses, network.LevelOptions{Schedules: 20})
	if err != nil {
		t.Fatal(err)
	}
	if l.Days != 11 || l.Bound != 7 {
		t.Errorf("%d days, bound %d; want 11 and 7", l.Days, l.Bound)
	}
	kept(t, f.Network, l, have, uses)
}

func TestWhatCanNeverBeHadIsRefused(t *testing.T) {
	n := &network.Network{Calendars: []*network.Calendar{network.EveryDay()}, Start: network.On(calendar.MustDate("2022-07-01"), 0),
		Activities: []network.Activity{{ID: "A", Duration: 1440}}}
	_, err := network.Level(n, []network.Scarce{{Name: "拆迁队", Capacity: 1}}, []network.Use{{Amount: 2}}, network.LevelOptions{})
	if !errors.Is(err, network.ErrScarce) {
		t.Errorf("said %v", err)
	}
}

func TestALevelledPlanKeepsLinksAndCapacities(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := &network.Network{Calendars: []*network.Calendar{network.EveryDay()}, Start: network.On(calendar.MustDate("2022-07-01"), 0)}
		var uses []network.Use
		have := []network.Scarce{{Name: "a", Capacity: 3}, {Name: "b", Capacity: 2}}
		total := 0
		for i := range rapid.IntRange(1, 14).Draw(t, "activities") {
			d := rapid.IntRange(0, 6).Draw(t, "days")
			total += d
			n.Activities = append(n.Activities, network.Activity{ID: strconv.Itoa(i), Duration: int64(d) * 1440})
			for range rapid.IntRange(0, min(i, 2)).Draw(t, "links") {
				n.Links = append(n.Links, network.Link{From: rapid.IntRange(0, i-1).Draw(t, "from"), To: i, Lag: int64(rapid.IntRange(0, 2).Draw(t, "lag")) * 1440})
			}
			for r := range have {
				if a := rapid.IntRange(0, have[r].Capacity).Draw(t, "amount"); a > 0 {
					uses = append(uses, network.Use{Activity: i, Resource: r, Amount: a})
				}
			}
		}
		for _, schedules := range []int{1, 3, 40} {
			l, err := network.Level(n, have, uses, network.LevelOptions{Schedules: schedules, Seed: 7})
			if err != nil {
				t.Fatal(err)
			}
			kept(t, n, l, have, uses)
			if l.Days < l.Bound {
				t.Fatalf("%d days, under the bound of %d", l.Days, l.Bound)
			}
		}
	})
}
