package api

import (
	"encoding/json"
	"net/http"
	"path"
	"reflect"
	"strings"
	"sync"

	"shigan/kernel/words"

	"github.com/danielgtaylor/huma/v2"
	"github.com/goccy/go-yaml"
)

// version of the API: the second number grows with what is added, the first would with what breaks.
const version = "1.0.0"

func config() huma.Config {
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: "Shigan", Version: version, License: &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}},
			Servers: []*huma.Server{{URL: "/"}},
			Components: &huma.Components{
				Schemas:         huma.NewMapRegistry("#/components/schemas/", nameOf),
				SecuritySchemes: map[string]*huma.SecurityScheme{"bearer": {Type: "http", Scheme: "bearer"}},
			},
		},
		Formats:                      map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
	}
}

// nameOf names a schema after its type; a type of another room has the room before it.
func nameOf(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name := huma.DefaultSchemaNamer(t, hint)
	if room := path.Base(t.PkgPath()); t.Name() != "" && t.PkgPath() != "" && room != "api" {
		return strings.ToUpper(room[:1]) + room[1:] + name
	}
	return name
}

// document is the OpenAPI document in a language: names and shapes come from the Go types, texts from the catalogue.
func (s *server) document(lang words.Lang) (map[string]any, error) {
	raw, err := json.Marshal(s.api.OpenAPI())
	if err != nil {
		return nil, err
	}
	var doc map[string]any
	if err := json.Unmarshal(raw, &doc); err != nil {
		return nil, err
	}
	info := doc["info"].(map[string]any)
	info["title"], info["description"] = words.Say(lang, "api.title"), words.Say(lang, "api.about")
	var tags []any
	seen := map[string]bool{}
	for _, op := range s.ops {
		if t := tagOf(op.Path); !seen[t] {
			seen[t] = true
			tags = append(tags, map[string]any{"name": t, "description": words.Say(lang, "api.tag."+t)})
		}
	}
	doc["tags"] = tags
	for _, methods := range doc["paths"].(map[string]any) {
		for _, m := range methods.(map[string]any) {
			op := m.(map[string]any)
			op["summary"] = words.Say(lang, "api.op."+op["operationId"].(string))
			op["description"] = words.Say(lang, "api.right", "right", op["x-right"])
			params, _ := op["parameters"].([]any)
			for _, p := range params {
				describe(p.(map[string]any), lang, p.(map[string]any)["name"].(string))
			}
		}
	}
	schemas := doc["components"].(map[string]any)["schemas"].(map[string]any)
	for name, schema := range schemas {
		if key := "api.schema." + name; words.Has(key) {
			schema.(map[string]any)["description"] = words.Say(lang, key)
		}
		props, _ := schema.(map[string]any)["properties"].(map[string]any)
		for field, p := range props {
			if prop := p.(map[string]any); prop["$ref"] == nil {
				describe(prop, lang, name+"."+field)
				describe(prop, lang, field)
			}
		}
	}
	return doc, nil
}

// describe adds a text where the catalogue has one and nothing was said before.
func describe(into map[string]any, lang words.Lang, name string) {
	if _, had := into["description"]; !had && words.Has("api.field."+name) {
		into["description"] = words.Say(lang, "api.field."+name)
	}
}

// serveDocument offers the document as JSON and YAML, in the reader's language.
func (s *server) serveDocument() {
	for format, marshal := range map[string]func(any) ([]byte, error){
		"json": func(doc any) ([]byte, error) { return json.MarshalIndent(doc, "", " ") }, "yaml": yaml.Marshal,
	} {
		made := map[words.Lang]func() ([]byte, error){} // on the first request: a start needs no document
		for _, lang := range []words.Lang{words.Zh, words.En} {
			made[lang] = sync.OnceValues(func() ([]byte, error) {
				doc, err := s.document(lang)
				if err != nil {
					return nil, err
				}
				return marshal(doc)
			})
		}
		s.mux.HandleFunc("GET /api/openapi."+format, func(w http.ResponseWriter, r *http.Request) {
			raw, err := made[requestOf(r.Context()).lang]()
			if err != nil {
				writeProblem(w, r, err)
				return
			}
			w.Header().Set("Content-Type", "application/openapi+"+format)
			w.Write(raw)
		})
	}
	s.mux.HandleFunc("GET /problems/{code}", s.problemPage)
}

// problemPage says what a type of problem means; its address is the type.
func (s *server) problemPage(w http.ResponseWriter, r *http.Request) {
	code := strings.TrimSuffix(r.PathValue("code"), "/")
	if !words.Has("fault." + code) {
		writeProblem(w, r, errPath.With("path", r.URL.Path))
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Write([]byte(code + "\n" + words.Say(requestOf(r.Context()).lang, "fault."+code) + "\n"))
}
