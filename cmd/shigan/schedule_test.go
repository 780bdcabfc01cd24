package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"shigan/engine/network"
	"shigan/engine/network/schedulefile"
)

const sharedSchedules = "../../../shared/data/schedules/mpxj"

// line runs a command line and gives what it printed and its exit code.
func line(t testing.TB, args ...string) (out, errs string, code int) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(context.Background(), args, std{in: strings.NewReader(""), out: &o, err: &e, getenv: func(string) string { return "" }})
	return o.String(), e.String(), code
}

// workbook writes rows as an Excel file under a sheet that says nothing.
func workbook(t testing.TB, rows ...[]any) string {
	t.Helper()
	f := excelize.NewFile()
	if _, err := f.NewSheet("工序"); err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		if err := f.SetSheetRow("工序", fmt.Sprint("A", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	name := filepath.Join(t.TempDir(), "工序表.xlsx")
	if err := f.SaveAs(name); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestATableOfStepsInAnExcelFileIsForecast(t *testing.T) {
	day := func(s string) time.Time { d, _ := time.Parse("2006-01-02", s); return d }
	name := workbook(t, []any{"某路改造推进表（示例）"}, []any{"序号", "步骤", "天数", "紧前", "计划开始", "实际开始", "进度"},
		[]any{1, "立项", 10, "", day("2022-07-01"), day("2022-07-01"), 1}, []any{2, "征地拆迁", 45, 1, day("2022-07-11"), day("2022-07-12"), 0.4}, []any{3, "施工", 100, "2", "", "", 0})
	out, errs, code := line(t, "forecast", "network", name, "--as-of", "2022-08-01", "--json")
	if code != 0 {
		t.Fatal(code, out, errs)
	}
	var got networkForecast
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if got.AsOf != "2022-08-01" || got.Assumptions.Running != 1 || got.Finish.P10 >= got.Finish.P50 || got.Finish.P50 >= got.Finish.P90 || got.Name != "工序" {
		t.Errorf("%s", out)
	}
}

// TestEverySharedScheduleIsCheckedForecastAndExportedOrSaysWhyNot is the whole way through the command line.
func TestEverySharedScheduleIsCheckedForecastAndExportedOrSaysWhyNot(t *testing.T) {
	names, _ := filepath.Glob(filepath.Join(sharedSchedules, "*"))
	if len(names) == 0 {
		t.Skip("no sample schedules here")
	}
	read := 0
	for _, name := range names {
		base := filepath.Base(name)
		out, errs, code := line(t, "schedule", "check", name, "--json")
		var c checked
		if err := json.Unmarshal([]byte(out), &c); err != nil {
			t.Errorf("%s: %v %s%s", base, err, out, errs)
			continue
		}
		if c.Format == "" { // refused: the problem says why and what to do
			var p problem
			if json.Unmarshal([]byte(out), &p); code != exitRefused || len([]rune(p.Title)) < 10 {
				t.Errorf("%s: exit %d, %s", base, code, out)
			}
			t.Logf("%s: %s", base, p.Title)
			continue
		}
		read++
		if !c.Computable || c.Finish == "" || len(c.Points) != 14 || len(c.Schedule) == 0 {
			t.Errorf("%s: %.300s", base, out)
		}
		out, errs, code = line(t, "forecast", "network", name, "--trials", "256", "--json")
		var f networkForecast
		if err := json.Unmarshal([]byte(out), &f); err != nil || code != 0 || f.Finish.P10 > f.Finish.P90 || f.Finish.P50 == "" {
			t.Errorf("%s: exit %d %v %.300s %s", base, code, err, out, errs)
		}
		sameAgain(t, name)
	}
	if read < 14 {
		t.Errorf("only %d files were read", read)
	}
}

// sameAgain exports a file and holds what is read again against what was read first.
func sameAgain(t *testing.T, name string) {
	t.Helper()
	exported := filepath.Join(t.TempDir(), "again.xml")
	if out, errs, code := line(t, "schedule", "export", name, exported); code != 0 {
		t.Errorf("%s: %s%s", name, out, errs)
		return
	}
	first, second := networkOf(t, name), networkOf(t, exported)
	a, _ := json.Marshal(first)
	b, _ := json.Marshal(second)
	if !bytes.Equal(a, b) {
		t.Errorf("%s: exported and read again it is another network", name)
	}
}

func networkOf(t *testing.T, name string) *network.Network {
	t.Helper()
	r, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	f, err := schedulefile.Read(r, schedulefile.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return f.Network
}

// TestTheLayoutOfTheJSONStays holds the keys that scripts rely on; docs/forecast.md describes them.
func TestTheLayoutOfTheJSONStays(t *testing.T) {
	name := workbook(t, []any{"步骤", "天数", "紧前"}, []any{"甲", 10, ""}, []any{"乙", 5, "甲"})
	for want, args := range map[string][]string{
		"computable critical critical_path critical_rule data_date days faults file findings finish format links name notes passed points program schedule start activities": {"schedule", "check", name, "--as-of", "2022-07-01"},
		"activities as_of assumptions critical file finish finish_days first_day format name notes odds planned_days planned_finish quantiles seed target trials warnings":   {"forecast", "network", name, "--as-of", "2022-07-01"},
	} {
		out, _, _ := line(t, append(args, "--json")...)
		var m map[string]json.RawMessage
		if err := json.Unmarshal([]byte(out), &m); err != nil {
			t.Fatal(err, out)
		}
		for _, key := range strings.Fields(want) {
			if _, ok := m[key]; !ok {
				t.Errorf("%v lacks %s", args[:2], key)
			}
			delete(m, key)
		}
		for key := range m {
			t.Errorf("%v has %s, which docs/forecast.md does not know", args[:2], key)
		}
	}
}

// FuzzSchedule: whatever bytes come, the commands neither panic nor call it a fault of their own.
func FuzzSchedule(f *testing.F) {
	for _, seed := range []string{"步骤,天数,紧前\n甲,10,\n乙,5,甲\n", "步骤;天数;进度\n甲;10;120%\n", "a,b\n", "ERMHDR\t1\n%E\n", "<Project/>", "PK\x03\x04", "\xFF\xFE工", "3 1 1 2 3 4 5", "步骤,天数,最短,最可能,最长,实际开始,实际完成,进度\n甲,10,5,10,20,2022-01-01,2022-01-05,\n乙,3,,,,2022-01-05,,40%\n", "pub_year,key,end\n2015,a,2016-01-01\n2016,a,2017-01-01\n2017,a,2017-01-01\n"} {
		f.Add([]byte(seed))
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, b []byte) {
		name := filepath.Join(dir, "x.csv")
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{{"schedule", "check", "--json"}, {"forecast", "network", "--trials", "64", "--json"}, {"forecast", "portfolio", "--json"}} {
			var e bytes.Buffer
			code := run(context.Background(), append(args, name), std{in: strings.NewReader(""), out: io.Discard, err: &e, getenv: func(string) string { return "" }})
			if code == exitInternal {
				t.Fatalf("%v: %s", args, e.String())
			}
		}
	})
}
