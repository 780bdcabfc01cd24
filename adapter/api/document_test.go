package api

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"shigan/kernel/words"

	"github.com/danielgtaylor/huma/v2"
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/goccy/go-yaml"
	"github.com/oapi-codegen/oapi-codegen/v2/pkg/codegen"
	_ "github.com/oapi-codegen/runtime" // the generated client of TestAGeneratedClientWorks needs it
)

// fetch reads the document as a client does.
func (d *desk) fetch(t testing.TB, lang string) (*openapi3.T, []byte) {
	t.Helper()
	raw := d.ask(t, "", http.MethodGet, "/api/openapi.json", nil, "Accept-Language", lang).ok(t).raw
	doc, err := openapi3.NewLoader().LoadFromData(raw)
	if err != nil {
		t.Fatal(err)
	}
	return doc, raw
}

// TestTheDocumentHolds: OpenAPI 3.1 by its own schema, and our own manners on top of it.
func TestTheDocumentHolds(t *testing.T) {
	d := open(t)
	for _, lang := range []string{"zh", "en"} {
		doc, raw := d.fetch(t, lang)
		if err := doc.Validate(context.Background(), openapi3.EnableExamplesValidation(), openapi3.EnableSchemaDefaultsValidation(), openapi3.EnableMultiError()); err != nil {
			t.Errorf("%s: %v", lang, err)
		}
		if !strings.HasPrefix(doc.OpenAPI, "3.1") {
			t.Errorf("version %s", doc.OpenAPI)
		}
		if i := strings.Index(string(raw), "⟦"); i >= 0 {
			t.Errorf("%s: a text is missing: %s", lang, raw[i:i+60])
		}
		ids := map[string]bool{}
		for path, item := range doc.Paths.Map() {
			for method, op := range item.Operations() {
				where := method + " " + path
				if op.OperationID == "" || ids[op.OperationID] {
					t.Errorf("%s: id %q is missing or twice", where, op.OperationID)
				}
				ids[op.OperationID] = true
				if op.Summary == "" || len(op.Tags) != 1 || op.Extensions["x-right"] == nil {
					t.Errorf("%s: summary, tag or right is missing", where)
				}
				if (op.Security == nil) != (op.Extensions["x-right"] == public) {
					t.Errorf("%s: security does not say what the right says", where)
				}
				if op.Responses.Default() == nil || op.Responses.Default().Value.Content["application/problem+json"] == nil {
					t.Errorf("%s: no problem+json", where)
				}
				for _, name := range regexp.MustCompile(`\{(\w+)\}`).FindAllStringSubmatch(path, -1) {
					if op.Parameters.GetByInAndName("path", name[1]) == nil {
						t.Errorf("%s: %s is not described", where, name[1])
					}
				}
			}
		}
		for name, schema := range doc.Components.Schemas {
			for field, p := range schema.Value.Properties {
				if p.Value.Type != nil && p.Value.Type.Is("number") {
					t.Errorf("%s.%s is a number, which programs read as a float", name, field)
				}
			}
		}
		asYAML := d.ask(t, "", http.MethodGet, "/api/openapi.yaml", nil, "Accept-Language", lang).ok(t).raw
		var a, b any
		if err := yaml.Unmarshal(asYAML, &a); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(raw, &b); err != nil {
			t.Fatal(err)
		}
		x, _ := json.Marshal(a)
		y, _ := json.Marshal(b)
		if string(x) != string(y) {
			t.Errorf("%s: YAML and JSON differ", lang)
		}
	}
	if en, zh := words.Say(words.En, "api.op.projects"), words.Say(words.Zh, "api.op.projects"); en == zh {
		t.Error("one language")
	}
}

// TestAnswersAreWhatTheDocumentSays holds every answer of the reads against the schema that the document gives for it.
func TestAnswersAreWhatTheDocumentSays(t *testing.T) {
	d := open(t)
	doc := d.s.api.OpenAPI()
	for path, post := range map[string]string{
		"/me": "owner", "/tokens": "owner", "/views": "owner", "/find?q=示例": "dispatcher", "/district": "leader", "/my": "owner", "/projects": "leader",
		"/projects/JM-001": "leader", "/figures?names=lag,light.overall,planned_start,category": "leader",
		"/figures/explain?name=light.overall&subject=project/JM-001&month=2022-05": "leader", "/figures/explain?name=group_invested&subject=group/all&month=2022-05": "leader",
		"/months": "leader", "/months/2022-05": "leader", "/months/2022-06": "leader", "/months/2022-05/reports": "leader", "/months/2022-05/reports/JM-001": "leader",
		"/months/2022-05/reds": "leader", "/months/2022-05/check": "leader", "/ledger": "audit", "/ledger/56": "audit", "/ledger/56/proof": "audit",
		"/ledger/checkpoint?since=3": "audit", "/ledger/verify": "audit", "/rules": "leader", "/rules/sample/jimo": "leader", "/rules/yinchuan/lights": "leader",
		"/rules/replay?pack=sanya/lights&month=2022-05": "leader", "/units": "system", "/posts": "system", "/persons": "security", "/accounts": "security",
		"/drafts/report": "owner", "/templates": "dispatcher", "/bulletins/2022-05": "leader",
	} {
		r := d.get(t, post, path).ok(t)
		bare, _, _ := strings.Cut(path, "?")
		var op *huma.Operation
		for p, item := range doc.Paths {
			pattern := regexp.MustCompile(`\\\{\w+\\\}`).ReplaceAllString(regexp.QuoteMeta(p), `[^/]+`)
			if item.Get != nil && regexp.MustCompile("^"+pattern+"$").MatchString(prefix+bare) && (op == nil || !strings.Contains(p, "{")) {
				op = item.Get
			}
		}
		var got any
		r.into(t, &got)
		res := &huma.ValidateResult{}
		huma.Validate(doc.Components.Schemas, op.Responses["200"].Content["application/json"].Schema, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, got, res)
		for _, err := range res.Errors {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// TestAGeneratedClientWorks makes a Go client out of the document, compiles it with a program that uses it, and runs that
// against the server. Nothing of it stays: the files lie in an overlay.
func TestAGeneratedClientWorks(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles a program")
	}
	d := open(t)
	doc, _ := d.fetch(t, "en")
	code, err := codegen.Generate(doc, codegen.Configuration{PackageName: "main", Generate: codegen.GenerateOptions{Client: true, Models: true}})
	if err != nil {
		t.Fatal(err)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	use, err := os.ReadFile("testdata/client.go.txt")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	overlay := map[string]map[string]string{"Replace": {}}
	for name, text := range map[string]string{"client.gen.go": code, "main.go": string(use)} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		overlay["Replace"][filepath.Join(here, "generated", name)] = file
	}
	raw, err := json.Marshal(overlay)
	if err != nil {
		t.Fatal(err)
	}
	plan := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(plan, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "run", "-overlay", plan, "./generated", d.srv.URL, d.tokens["dispatcher"])
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=readonly", "GOPROXY=off")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if want := "JM-001 120000000\nproject.plan-set/1 130000000.00\n409 project.exists\n"; string(out) != want {
		t.Errorf("the client says:\n%s", out)
	}
}
