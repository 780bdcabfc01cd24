package app_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shigan/app"
	"shigan/domain/project"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/testkit"
)

// list is a workbook as text; the importer finds title, unit and head in it.
func list(rows ...string) []byte {
	return []byte("即墨区2022年重点项目清单\n单位：万元\n序号,项目名称,项目级别,项目类别,建设地点,责任单位,建设单位,开工时间,竣工时间,总投资,2022年计划投资,备注\n" + strings.Join(rows, "\n") + "\n")
}

const (
	road   = "1,示例快速路,省,续建,龙泉街道,龙泉街道,示例城建公司,2021年3月,2022年12月,120000,86000.5,"
	school = "2,示例小学,区,新开工,龙泉街道,龙泉街道,区教体局,2022年4月,2023年8月,8000,3000,"
	twin   = "3,示例小学,区,新开工,通济街道,通济街道,区教体局二,2022年5月,2023年8月,9000,4000,"
	bundle = "4,示例改造打包,区,新开工,鳌山卫街道,鳌山卫街道,示例平台公司,2022年3月,2023年6月,5000,2000,"
	partA  = "4-1,示例老旧小区一期,区,新开工,鳌山卫街道,鳌山卫街道,示例平台公司,2022年3月,2023年6月,3000,1200,"
	partB  = "4-2,示例老旧小区二期,区,新开工,鳌山卫街道,鳌山卫街道,示例平台公司,2022年3月,2023年6月,2000,800,"
)

func planOf(t *testing.T, o *app.Office, data []byte) *app.ImportPlan {
	t.Helper()
	return planOfFile(t, o, "list.csv", data, "")
}

func planOfFile(t *testing.T, o *app.Office, name string, data []byte, password string) *app.ImportPlan {
	t.Helper()
	ctx := context.Background()
	rec, err := testkit.Sheets.Recognise(name, data, app.SheetAsk{Year: 2022, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	p, err := o.PlanImport(ctx, []app.Recognised{rec}, 2022, "key-2022")
	if err != nil {
		t.Fatal(err)
	}
	if p.New+p.Changed+p.Same+p.Unread != p.Rows() {
		t.Fatalf("the counts do not close: %d + %d + %d + %d ≠ %d", p.New, p.Changed, p.Same, p.Unread, p.Rows())
	}
	return p
}

func apply(t *testing.T, o *app.Office, p *app.ImportPlan) app.ImportDone {
	t.Helper()
	by, err := o.SignerOf(context.Background(), "dispatcher")
	if err != nil {
		t.Fatal(err)
	}
	done, err := o.ApplyImport(context.Background(), by, p)
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range done.Refused {
		t.Errorf("row %d %s: %v", p.Lines[i].Row, p.Lines[i].Name, e)
	}
	return done
}

func district(t *testing.T) *app.Office {
	o := testkit.Office(t, testkit.Engines(t)["sqlite"](t), testkit.At("2022-01-14"), ledger.SHA256)
	testkit.Small(t, o)
	return o
}

func size(t *testing.T, o *app.Office) int64 {
	t.Helper()
	head, _, _, err := o.Read(context.Background()).Log()
	if err != nil {
		t.Fatal(err)
	}
	return head.Size
}

func TestTheSameFileTwiceAddsNothing(t *testing.T) {
	for name, rows := range map[string][]string{
		"a plain list":                                  {road, school},
		"two equal names in different towns":            {school, twin},
		"two equal rows":                                {school, strings.Replace(school, "2,", "3,", 1)},
		"a bundle with its children":                    {bundle, partA, partB},
		"an end before the beginning":                   {"1,示例倒挂,区,新开工,龙泉街道,龙泉街道,甲,2022年9月,2022年3月,100,50,"},
		"a plan that is missing and a sum that is text": {"1,示例缺数,区,新开工,龙泉街道,龙泉街道,甲,2022年9月,2023年3月,待定,,"},
	} {
		t.Run(name, func(t *testing.T) {
			o := district(t)
			first := planOf(t, o, list(rows...))
			if first.New != len(rows) {
				t.Fatalf("new: %d of %d: %+v", first.New, len(rows), first.Lines)
			}
			apply(t, o, first)
			before := size(t, o)
			again := planOf(t, o, list(rows...))
			if again.Same != len(rows) {
				for _, l := range again.Lines {
					t.Logf("%s %s %+v", l.Name, l.State, l.Changes)
				}
				t.Errorf("same: %d of %d", again.Same, len(rows))
			}
			if done := apply(t, o, again); done.Entries != 0 || size(t, o) != before {
				t.Errorf("%d entries more", size(t, o)-before)
			}
		})
	}
}

func TestWhatALineBringsStandsInTheProject(t *testing.T) {
	o := district(t)
	done := apply(t, o, planOf(t, o, list(road, school, twin, bundle, partA)))
	if done.Seq == 0 {
		t.Fatal("no entry states the import")
	}
	r := o.Read(context.Background())
	p, err := project.Of(r, "P2022-001")
	if err != nil {
		t.Fatal(err)
	}
	if p.Total != 120_000*quantity.Wan || p.Plans["2022"].Planned != project.DispatchMoney(860_005*quantity.Wan/10) {
		t.Errorf("money: %d, %d", p.Total, p.Plans["2022"].Planned)
	}
	if p.Level != "province" || p.LocalUnit != "lq" || !p.In("key-2022", "2022-01-14") || p.Stage != project.Started || p.Start.Actual != "2021-03-31" {
		t.Errorf("%+v", p)
	}
	child, err := project.Of(r, "P2022-005")
	if err != nil || child.Parent != "P2022-004" {
		t.Errorf("child of %q, %v", child.Parent, err)
	}
	e, err := r.Entry(done.Seq)
	if err != nil || len(e.Evidence) != 1 {
		t.Fatalf("%+v %v", e, err)
	}
	if kept, err := r.Blob(e.Evidence[0]); err != nil || string(kept) != string(list(road, school, twin, bundle, partA)) {
		t.Errorf("the workbook was not kept as it came: %v", err)
	}
}

func TestAChangedLineSaysWasAndNow(t *testing.T) {
	o := district(t)
	apply(t, o, planOf(t, o, list(road, school)))
	p := planOf(t, o, list(strings.NewReplacer("86000.5", "90000", "2022年12月", "2023年3月").Replace(road), school, twin))
	if p.Changed != 1 || p.New != 1 || p.Same != 1 {
		t.Fatalf("%d changed, %d new, %d same", p.Changed, p.New, p.Same)
	}
	want := map[string]app.Was{"planned_year": {Field: "planned_year", Was: "86,000.5", Now: "90,000", Cell: "K4"}, "finish": {Field: "finish", Was: "2022-12-31", Now: "2023-03-31", Cell: "I4"}}
	for _, c := range p.Lines[0].Changes {
		if want[c.Field] != c {
			t.Errorf("%+v", c)
		}
	}
	apply(t, o, p)
	x, err := project.Of(o.Read(context.Background()), "P2022-001")
	if err != nil || len(x.Moves) != 1 || x.Finish.First != "2022-12-31" {
		t.Errorf("the moved promise is not kept: %+v %v", x.Finish, err)
	}
}

func TestABadCellIsNamedAndTheRestIsRead(t *testing.T) {
	o := district(t)
	p := planOf(t, o, list(road, strings.Replace(school, ",3000,", ",另行核定,", 1), "3,,区,新开工,龙泉街道,龙泉街道,无名公司,2022年4月,2023年8月,8000,3000,"))
	if p.New != 2 || p.Unread != 1 || p.NoPlan != 1 {
		t.Errorf("%d new, %d unread, %d without a plan", p.New, p.Unread, p.NoPlan)
	}
	found := map[string]string{}
	for _, b := range p.Problems {
		found[b.Cell] = b.Kind
		if b.Text.Zh == "" || b.Text.En == "" {
			t.Errorf("%s has no sentence", b.Cell)
		}
	}
	if found["K5"] != "not_a_number" || found["B6"] != "no_name" {
		t.Errorf("%v", found)
	}
	apply(t, o, p)
	x, err := project.Of(o.Read(context.Background()), "P2022-002")
	if err != nil || x.Total != 8_000*quantity.Wan || len(x.Plans) != 0 {
		t.Errorf("%+v %v", x, err)
	}
}

// TestListsTwice imports every workbook of the folder of lists twice; it is left out where they are not.
func TestListsTwice(t *testing.T) {
	files, _ := filepath.Glob("../../shared/data/sheets/lists/S*")
	if len(files) == 0 {
		t.Skip("no lists here")
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(f)[:3], func(t *testing.T) {
			o := district(t)
			p := planOfFile(t, o, filepath.Base(f), data, "")
			done := apply(t, o, p)
			again := planOfFile(t, o, filepath.Base(f), data, "")
			t.Logf("%d rows: %d new, %d changed, %d same, %d unread, %d without plan; %d entries; again %d new, %d changed", p.Rows(), p.New, p.Changed, p.Same, p.Unread, p.NoPlan, done.Entries, again.New, again.Changed)
			if again.Writes() > 0 {
				for _, l := range again.Lines {
					if l.State != "same" && l.State != "unread" {
						t.Errorf("%d %s %s %+v", l.Row, l.Name, l.State, l.Changes)
					}
				}
			}
		})
	}
}
