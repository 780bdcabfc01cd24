package api

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"shigan/app"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/testkit"
)

// desk is a small district with a frozen month and an open one, served, with a token for each post.
type desk struct {
	o      *app.Office
	who    map[string]org.Signer
	tokens map[string]string
	srv    *httptest.Server
	s      *server
	clock  *testkit.Clock
}

func open(t testing.TB) *desk {
	t.Helper()
	ctx := context.Background()
	clock := testkit.At("2022-05-05")
	o := testkit.Office(t, testkit.Engines(t)["sqlite"](t), clock, ledger.SHA256)
	d := &desk{o: o, who: testkit.Small(t, o), tokens: map[string]string{}, clock: clock}
	testkit.Do(t, o, d.who["local"], project.Happen{ID: "JM-001", Stage: project.Started, On: "2022-05-04", Source: "示例施工许可"})
	for i, m := range []calendar.Month{calendar.MustMonth("2022-05"), calendar.MustMonth("2022-06")} {
		clock.Set(m.Last().String())
		if _, err := o.OpenMonth(ctx, d.who["dispatcher"], m, app.Options{}); err != nil {
			t.Fatal(err)
		}
		if i == 1 {
			break
		}
		photo, err := o.Evidence(ctx, "桥墩.jpg", "image/jpeg", []byte("a photograph"))
		if err != nil {
			t.Fatal(err)
		}
		rec, _, err := o.Report(ctx, d.who["owner"], dispatch.SubmitReport{Project: "JM-001", Month: m, Files: []string{photo.Digest}, Content: dispatch.Content{
			Month: project.DispatchMoney(700 * quantity.Wan), YTD: project.DispatchMoney(3_500 * quantity.Wan), Progress: "桥墩完成一半",
			Measure: "补料", Who: "项目单位", By: "2022-08-31", Explain: "示例"}}, app.Options{Files: []app.File{photo}})
		if err != nil {
			t.Fatal(err)
		}
		testkit.Do(t, o, d.who["line"], dispatch.AcceptReport{Project: "JM-001", Month: m, Seq: rec.Last})
		if _, _, err := o.FreezeMonth(ctx, d.who["dispatcher"], m, "", app.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	for post, by := range d.who {
		token, err := o.IssueToken(ctx, by, "test")
		if err != nil {
			t.Fatal(err)
		}
		d.tokens[post] = token
	}
	d.serve(t)
	return d
}

// serve starts the server of a desk's office.
func (d *desk) serve(t testing.TB) {
	t.Helper()
	s, err := newServer(d.o, Options{Log: slog.New(slog.DiscardHandler), Sheets: testkit.Sheets})
	if err != nil {
		t.Fatal(err)
	}
	d.s, d.srv = s, httptest.NewServer(s.outer(s.mux))
	t.Cleanup(d.srv.Close)
}

// reply is an answer with its body read.
type reply struct {
	status int
	header http.Header
	raw    []byte
}

func (r reply) into(t testing.TB, v any) {
	t.Helper()
	if err := json.Unmarshal(r.raw, v); err != nil {
		t.Fatalf("%v: %s", err, r.raw)
	}
}

// problem reads a refusal and checks that it is one.
func (r reply) problem(t testing.TB, status int, code string) Problem {
	t.Helper()
	var p Problem
	r.into(t, &p)
	if r.status != status || p.Status != status || p.Code != code || r.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("want %d %s as problem+json, got %d %s: %s", status, code, r.status, r.header.Get("Content-Type"), r.raw)
	}
	return p
}

// ok fails where it was refused.
func (r reply) ok(t testing.TB) reply {
	t.Helper()
	if r.status != http.StatusOK {
		t.Fatalf("refused: %d %s", r.status, r.raw)
	}
	return r
}

// ask sends a request as a post; body nil for none, header as name, value.
func (d *desk) ask(t testing.TB, post, method, path string, body any, header ...string) reply {
	t.Helper()
	var in io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		in = bytes.NewBufferString(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		in = bytes.NewReader(raw)
	}
	req, err := http.NewRequest(method, d.srv.URL+path, in)
	if err != nil {
		t.Fatal(err)
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if post != "" {
		req.Header.Set("Authorization", "Bearer "+d.tokens[post])
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{res.StatusCode, res.Header, raw}
}

// get asks below the prefix.
func (d *desk) get(t testing.TB, post, path string, header ...string) reply {
	t.Helper()
	return d.ask(t, post, http.MethodGet, prefix+path, nil, header...)
}

func (d *desk) post(t testing.TB, post, path string, body any, header ...string) reply {
	t.Helper()
	return d.ask(t, post, http.MethodPost, prefix+path, body, header...)
}

// size of the ledger.
func (d *desk) size(t testing.TB) int64 {
	t.Helper()
	head, _, _, err := d.o.Read(context.Background()).Log()
	if err != nil {
		t.Fatal(err)
	}
	return head.Size
}

type obj = map[string]any
