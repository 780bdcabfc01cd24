package testkit

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"shigan/adapter/paper"
	"shigan/app"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/kernel/words"
)

// frozenMay is a district of seven projects whose May is frozen: one is red, one started in May, one promise moved.
func frozenMay(t *testing.T, suite *ledger.Suite) (*app.Office, map[string]org.Signer, *Clock, calendar.Month) {
	t.Helper()
	ctx := context.Background()
	clock := At("2022-05-05")
	o := Office(t, Engines(t)["sqlite"](t), clock, suite)
	who := Small(t, o)
	for i, name := range []string{"示例冷链中心", "示例封测线", "示例纺织园", "示例疫苗基地", "示例检测平台", "示例物流园"} {
		AddProject(t, o, "JM-10"+string(rune('0'+i)), name, quantity.Fen(5_000+1_000*i)*quantity.Wan)
	}
	Do(t, o, who["local"], project.Happen{ID: "JM-001", Stage: project.Started, On: "2022-05-04", Source: "示例施工许可"})
	Do(t, o, who["dispatcher"], project.PromiseDate{ID: "JM-101", What: "finish", Day: "2024-03-31", Reason: "设备晚到"})
	may := calendar.MustMonth("2022-05")
	clock.Set("2022-05-31")
	if _, err := o.OpenMonth(ctx, who["dispatcher"], may, app.Options{}); err != nil {
		t.Fatal(err)
	}
	for i, id := range []string{"JM-001", "JM-100", "JM-101", "JM-102", "JM-103", "JM-104", "JM-105"} {
		rec, _, err := o.Report(ctx, who["owner"], dispatch.SubmitReport{Project: id, Month: may, Content: dispatch.Content{Month: project.DispatchMoney(300 * quantity.Wan),
			YTD: project.DispatchMoney(quantity.Fen(400+500*i) * quantity.Wan), Progress: "示例进度", Problem: "评估有异议", Measure: "公布复核结果", Who: "示例街道", By: "2022-07-13", Explain: "示例"}}, app.Options{})
		if err != nil {
			t.Fatal(id, err)
		}
		Do(t, o, who["line"], dispatch.AcceptReport{Project: id, Month: may, Seq: rec.Last})
	}
	clock.Set("2022-06-03")
	if _, _, err := o.FreezeMonth(ctx, who["dispatcher"], may, "", app.Options{}); err != nil {
		t.Fatal(err)
	}
	return o, who, clock, may
}

var press paper.Press

func files(t *testing.T, o *app.Office, m calendar.Month) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for _, format := range []string{"html", "docx", "xlsx"} {
		raw, err := press.Bulletin(context.Background(), words.Zh, o, m, format)
		if err != nil {
			t.Fatal(format, err)
		}
		out[format] = raw
	}
	return out
}

func TestAnIssuedBulletinIsTheSameToTheByteForEver(t *testing.T) {
	for _, suite := range []*ledger.Suite{ledger.SHA256, ledger.SM3} {
		t.Run(suite.Name, func(t *testing.T) {
			ctx := context.Background()
			o, who, clock, may := frozenMay(t, suite)
			if _, err := o.IssueBulletin(ctx, who["local"], may, press, app.Options{}); !errors.Is(err, org.ErrForbidden) {
				t.Fatalf("a town issued a bulletin: %v", err)
			}
			if _, err := o.IssueBulletin(ctx, who["dispatcher"], may, press, app.Options{}); err != nil {
				t.Fatal(err)
			}
			before := files(t, o, may)
			clock.Set("2022-06-12")
			Do(t, o, who["dispatcher"], dispatch.AmendMonth{Month: may, Project: "JM-100", YTD: 390 * quantity.Wan, Reason: "设备运费算了两遍"})
			Do(t, o, who["dispatcher"], project.PromiseDate{ID: "JM-101", What: "finish", Day: "2025-01-31", Reason: "又晚"})
			p, err := project.Of(o.Read(ctx), "JM-100")
			if err != nil {
				t.Fatal(err)
			}
			p.Facts.Name.Zh = "改了名的中心"
			Do(t, o, who["dispatcher"], project.Describe{ID: "JM-100", Facts: p.Facts, Reason: "改名"})
			if rec, err := o.IssueBulletin(ctx, who["dispatcher"], may, press, app.Options{}); err != nil || rec.First != 0 {
				t.Errorf("issuing again stated something: %+v %v", rec, err)
			}
			if same, err := o.CheckBulletin(ctx, may); err != nil || !same {
				t.Errorf("composed again it differs: %v", err)
			}
			if _, err := o.Store.Rebuild(ctx, Code, app.Apply); err != nil {
				t.Fatal(err)
			}
			clock.Set("2023-06-12")
			for format, raw := range files(t, o, may) {
				if !bytes.Equal(raw, before[format]) {
					t.Errorf("%s changed after an amendment, a new name and a rebuild", format)
				}
			}
			amended, err := press.Bulletin(ctx, words.Zh, o, may, "html+amendments")
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.HasPrefix(amended, bytes.TrimSpace(before["html"])) {
				t.Error("the amendment sheet is not behind the pages as issued")
			}
			for _, want := range []string{"900 万元", "390 万元", "设备运费算了两遍"} {
				if !strings.Contains(string(amended), want) {
					t.Errorf("the amendment sheet does not say %s: %s", want, amended[len(before["html"])-1:])
				}
			}
			for _, format := range []string{"docx", "xlsx"} {
				_, vkey, _, _ := o.Read(ctx).Log()
				rep, err := paper.VerifyFile(before[format], vkey)
				if err != nil || !rep.OK() || !rep.Untouched || !rep.Regenerated || !rep.Pinned {
					t.Errorf("%s: %+v %v", format, rep, err)
				}
			}
		})
	}
}

// edited changes text inside one part of a package, as an editor would.
func edited(t *testing.T, raw []byte, part, was, now string) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	hit := false
	for _, f := range in.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == part && strings.Contains(string(body), was) {
			body, hit = []byte(strings.Replace(string(body), was, now, 1)), true
		}
		w, err := z.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(body); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if part != "" && !hit {
		t.Fatalf("%s has no %s", part, was)
	}
	return out.Bytes()
}

func TestOneChangedDigitIsFoundAndNamed(t *testing.T) {
	ctx := context.Background()
	o, who, _, may := frozenMay(t, ledger.SHA256)
	if _, err := o.IssueBulletin(ctx, who["dispatcher"], may, press, app.Options{}); err != nil {
		t.Fatal(err)
	}
	f := files(t, o, may)
	b, err := o.Bulletin(ctx, may)
	if err != nil {
		t.Fatal(err)
	}
	total := b.Fig("group_invested", app.Everything).In(quantity.UnitYiYuan, words.Zh).Text
	bad := strings.Replace(total, total[:1], "9", 1)
	rep, err := paper.VerifyFile(edited(t, f["docx"], "word/document.xml", total, bad), "")
	if err != nil || rep.OK() || rep.Untouched || len(rep.Changes) != 1 || !strings.Contains(rep.Changes[0].Was, total) || !strings.Contains(rep.Changes[0].Now, bad) {
		t.Errorf("%+v %v", rep, err)
	}
	sheet := "xl/worksheets/sheet2.xml"
	rep, err = paper.VerifyFile(edited(t, f["xlsx"], sheet, "<v>7</v>", "<v>8</v>"), "")
	if err != nil || rep.OK() || len(rep.Changes) != 1 || rep.Changes[0].Was != "7" || rep.Changes[0].Now != "8" {
		t.Errorf("%+v %v", rep, err)
	}
	t.Logf("%+v", rep.Changes)
	if rep, err := paper.VerifyFile(edited(t, f["docx"], "", "", ""), ""); err != nil || !rep.OK() || rep.Untouched {
		t.Errorf("packed anew, not a word changed: %+v %v", rep, err)
	}
	if _, err := paper.VerifyFile(edited(t, f["docx"], "customXml/item1.xml", "&#34;issue&#34;:5", "&#34;issue&#34;:6"), ""); !errors.Is(err, paper.ErrContent) {
		t.Errorf("changed content: %v", err)
	}
	if _, err := paper.VerifyFile(f["docx"], "shigan/370215+00000000+AAAA"); !errors.Is(err, ledger.ErrProof) {
		t.Errorf("another key: %v", err)
	}
	plain, err := paper.TableXlsx(words.Zh, paper.TableSheet{Title: "x", Table: paper.Table{Columns: []paper.Column{{Name: "x"}}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := paper.VerifyFile(plain, ""); !errors.Is(err, paper.ErrNoSeal) {
		t.Errorf("a file without a seal: %v", err)
	}
}
