package schedulefile

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"shigan/engine/network"
	"shigan/kernel/fault"
	"shigan/kernel/words"
)

// refused reads and expects a refusal that has sentences without holes in both languages.
func refused(t *testing.T, text string, want *fault.Fault) *fault.Fault {
	t.Helper()
	_, err := Read(strings.NewReader(text), Options{})
	if !errors.Is(err, want) {
		t.Fatalf("said %v, want %v", err, want)
	}
	f, _ := fault.Of(err)
	for _, lang := range []words.Lang{words.Zh, words.En} {
		if s := words.Say(lang, "fault."+f.Code, f.Args); strings.ContainsAny(s, "⟦{") {
			t.Errorf("%s", s)
		}
	}
	return f
}

func TestBadFilesAreRefusedWithPlaceAndReason(t *testing.T) {
	xer, msp, pm, sm, rcp := fixture(t, "road.xer"), fixture(t, "estate.xml"), fixture(t, "road.pmxml"), fixture(t, "tiny.sm"), fixture(t, "tiny.rcp")
	swap := strings.Replace
	for name, tc := range map[string]struct {
		text  string
		want  *fault.Fault
		where string // what the place must say
	}{
		"nothing":                        {"", ErrEmpty, ""},
		"blanks":                         {" \n\t ", ErrEmpty, ""},
		"a letter":                       {"Dear Sir or Madam", ErrUnknown, ""},
		"a web page":                     {"<html><body>404</body></html>", ErrUnknown, ""},
		"an mpp file":                    {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", ErrBinary, ""},
		"a workbook":                     {"PK\x03\x04 and so on", ErrBinary, ""},
		"MPX":                            {"MPX,Microsoft Project for Windows,4.0,ANSI\n", ErrMPX, ""},
		"XER cut in the middle":          {xer[:len(xer)/2], ErrTruncated, "13"},
		"XER without its end":            {swap(xer, "%E\r\n", "", 1), ErrTruncated, ""},
		"XER without projects":           {swap(xer, "%T\tPROJECT\r", "%T\tOTHER\r", 1), ErrMissing, ""},
		"XER without activities":         {swap(xer, "%T\tTASK\r", "%T\tOTHER\r", 1), ErrEmpty, ""},
		"XER with rows before fields":    {"ERMHDR\t18\r\n%T\tTASK\r\n%R\t1\r\n%E\r\n", ErrBroken, "3"},
		"XER with a table of no name":    {"ERMHDR\t18\r\n%T\r\n%E\r\n", ErrBroken, "2"},
		"XER with a date of nonsense":    {swap(xer, "2022-06-09 08:00", "9 June", 1), ErrValue, "18"},
		"XER with hours of nonsense":     {swap(xer, "\t160\t240", "\tmany\t240", 1), ErrValue, "18"},
		"XER with an unknown constraint": {swap(xer, "CS_MSOA", "CS_WHENEVER", 1), ErrValue, "19"},
		"XER with an unknown link":       {swap(xer, "PR_SS", "PR_XX", 1), ErrValue, "25"},
		"XER with a broken calendar":     {swap(xer, "(0||DaysOfWeek()", "(0||DaysOfWeek(", 1), ErrValue, "7"},
		"XER with an eighth day":         {swap(xer, "(0||7()())", "(0||8()())", 1), ErrValue, "7"},
		"XER with 25 o'clock":            {swap(xer, "s|08:00|f|12:00", "s|25:00|f|12:00", 1), ErrValue, "7"},
		"MSPDI cut in the middle":        {msp[:len(msp)/2], ErrTruncated, ""},
		"MSPDI cut in a tag":             {msp[:strings.Index(msp, "<WeekDays>")+5], ErrTruncated, ""},
		"MSPDI with crossed tags":        {swap(msp, "</WeekDays>", "</WeekDay>", 1), ErrBroken, "3"},
		"MSPDI of unknown encoding":      {swap(msp, "UTF-8", "klingon", 1), ErrEncoding, ""},
		"MSPDI with a duration of words": {swap(msp, "PT40H0M0S", "a week", 1), ErrValue, "7"},
		"MSPDI with a date of nonsense":  {swap(msp, "2022-07-01T08:00:00", "soon", 1), ErrValue, ""},
		"MSPDI with a 31st of June":      {swap(msp, "2022-07-01T08:00:00", "2022-06-31T08:00:00", 1), ErrValue, ""},
		"MSPDI in the year 9999":         {swap(msp, "2022-07-01T08:00:00", "9999-07-01T08:00:00", 1), ErrValue, ""},
		"MSPDI with an unknown link":     {swap(msp, "<Type>1</Type>", "<Type>9</Type>", 1), ErrValue, ""},
		"MSPDI with a task twice":        {swap(msp, "<UID>3</UID>", "<UID>2</UID>", 1), ErrValue, ""},
		"MSPDI without tasks":            {msp[:strings.Index(msp, "<Tasks>")] + "</Project>", ErrEmpty, ""},
		"PMXML cut in the middle":        {pm[:len(pm)/2], ErrTruncated, ""},
		"PMXML without a project":        {pm[:strings.Index(pm, "<Project>")] + "</APIBusinessObjects>", ErrMissing, ""},
		"PMXML with an unknown link":     {swap(pm, "Finish to Start", "Later", 1), ErrValue, ""},
		"PMXML with hours of nonsense":   {swap(pm, "<PlannedDuration>40<", "<PlannedDuration>NaN<", 1), ErrValue, ""},
		"PSPLIB cut in the middle":       {sm[:strings.Index(sm, "REQUESTS")], ErrTruncated, ""},
		"PSPLIB with a job too many":     {swap(sm, "   6        1          0\n", "   6        1          0\n   7        1          0\n", 1), ErrTruncated, ""},
		"PSPLIB with more modes":         {swap(sm, "   2        1          1           5", "   2        3          1           5", 1), ErrValue, "19"},
		"PSPLIB with letters":            {swap(sm, "   2        1          1           5", "   2        1          x           5", 1), ErrValue, "19"},
		"PSPLIB linked to nowhere":       {swap(sm, "   2        1          1           5", "   2        1          1           9", 1), ErrValue, "19"},
		"Patterson cut in the middle":    {rcp[:len(rcp)/2], ErrTruncated, ""},
		"Patterson linked to nowhere":    {swap(rcp, "3 2 1 5", "3 2 1 50", 1), ErrValue, ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := refused(t, tc.text, tc.want)
			if tc.where != "" && fmt.Sprint(f.Args["where"]) != tc.where {
				t.Errorf("says line %v, want %s", f.Args["where"], tc.where)
			}
		})
	}
}

func TestALoopInAFileIsNamedWithTheNamesOfItsTasks(t *testing.T) {
	text := strings.Replace(fixture(t, "estate.xml"), "<ActualFinish>2022-06-08T17:00:00</ActualFinish>",
		"<PredecessorLink><PredecessorUID>3</PredecessorUID><Type>1</Type></PredecessorLink>", 1)
	f := read(t, text)
	_, err := f.Network.Schedule()
	if !errors.Is(err, network.ErrLoop) || !strings.Contains(err.Error(), "2 征求居民意见 → 3 设计 → 2 征求居民意见") {
		t.Errorf("said %v", err)
	}
}

func TestAFileOfAHundredThousandActivitiesIsRead(t *testing.T) {
	if testing.Short() {
		t.Skip("long")
	}
	const n = 100_000
	var b bytes.Buffer
	b.WriteString("ERMHDR\t18.8\t2022-06-30\r\n%T\tPROJECT\r\n%F\tproj_id\tproj_short_name\tclndr_id\tlast_recalc_date\tplan_start_date\r\n%R\t1\tBIG\t1\t2022-06-01 08:00\t2022-06-01 08:00\r\n")
	b.WriteString("%T\tTASK\r\n%F\ttask_id\tproj_id\tclndr_id\ttask_type\tstatus_code\ttask_code\ttask_name\tremain_drtn_hr_cnt\ttarget_drtn_hr_cnt\r\n")
	for i := range n {
		fmt.Fprintf(&b, "%%R\t%d\t1\t1\tTT_Task\tTK_NotStart\tA%d\t第%d道\t8\t8\r\n", i, i, i)
	}
	b.WriteString("%T\tTASKPRED\r\n%F\ttask_pred_id\ttask_id\tpred_task_id\tpred_type\tlag_hr_cnt\r\n")
	for i := 1; i < n; i++ {
		fmt.Fprintf(&b, "%%R\t%d\t%d\t%d\tPR_FS\t0\r\n", i, i, i-1-i%100*(i-1)/100)
	}
	b.WriteString("%E\r\n")
	f, err := Read(&b, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Network.Activities) != n || len(f.Network.Links) != n-1 {
		t.Fatalf("%d activities, %d links", len(f.Network.Activities), len(f.Network.Links))
	}
	if _, err := f.Network.Schedule(); err != nil {
		t.Fatal(err)
	}
}

// never panics, and what it accepts it can export and read again.
func robust(t *testing.T, b []byte) {
	f, err := Read(bytes.NewReader(b), Options{})
	if err != nil {
		if _, ok := fault.Of(err); !ok {
			t.Fatalf("an error that is no refusal: %v", err)
		}
		return
	}
	if len(f.Tasks) != len(f.Network.Activities) {
		t.Fatalf("%d tasks for %d activities", len(f.Tasks), len(f.Network.Activities))
	}
	if _, err := f.Network.Schedule(); err != nil {
		if _, ok := fault.Of(err); !ok {
			t.Fatalf("an error that is no refusal: %v", err)
		}
		return
	}
	text, _ := exported(t, f)
	again, err := Read(strings.NewReader(text), Options{})
	if err != nil {
		t.Fatalf("our own export is refused: %v", err)
	}
	same(t, again, f)
}

func fuzzed(f *testing.F, names ...string) {
	for _, name := range names {
		f.Add([]byte(fixture(f, name)))
	}
	f.Fuzz(robust)
}

func FuzzXER(f *testing.F)       { fuzzed(f, "road.xer") }
func FuzzMSPDI(f *testing.F)     { fuzzed(f, "estate.xml") }
func FuzzPMXML(f *testing.F)     { fuzzed(f, "road.pmxml") }
func FuzzPSPLIB(f *testing.F)    { fuzzed(f, "tiny.sm") }
func FuzzPatterson(f *testing.F) { fuzzed(f, "tiny.rcp") }

func FuzzSteps(f *testing.F) {
	f.Add("工序\t天数\t前置\n立项\t10\t\n征地\t30日历天\t1\n开工\t0\t2FS+5天、1SS")
	f.Add("no\tstep\tdays\tafter\n1\ta\t1.5\t\n2\tb\t2 weeks\t1FF-1d")
	f.Fuzz(func(t *testing.T, text string) {
		var rows [][]string
		for _, line := range strings.Split(text, "\n") {
			rows = append(rows, strings.Split(line, "\t"))
		}
		file, wrong, err := ReadSteps(rows, StepOptions{Start: noDate})
		if err != nil {
			if _, ok := fault.Of(err); !ok || file != nil {
				t.Fatalf("an error that is no refusal: %v", err)
			}
			return
		}
		if len(wrong) > 0 || len(file.Tasks) != len(file.Network.Activities) {
			t.Fatalf("taken with %v", wrong)
		}
	})
}
