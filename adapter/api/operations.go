package api

import (
	"context"
	"net/http"
	"strings"

	"shigan/app"
	"shigan/kernel/words"

	"github.com/danielgtaylor/huma/v2"
)

// operation is one address of the API: its right, and how it is registered.
type operation struct {
	ID, Method, Path, Right string
	Limit                   int64 // largest body in bytes; 0: 1 MiB
	Media                   string
	register                func(*server, operation)
}

// on makes an operation out of a function; the types say what goes in and out.
func on[I, O any](method, path, right, id string, handle func(*caller, *I) (*O, error)) operation {
	return operation{ID: id, Method: method, Path: prefix + path, Right: right, register: func(s *server, op operation) {
		h := huma.Operation{OperationID: op.ID, Method: op.Method, Path: op.Path, Tags: []string{tagOf(op.Path)}, MaxBodyBytes: op.Limit,
			Summary: words.Say(words.En, "api.op."+op.ID), Middlewares: huma.Middlewares{s.guard(op.Right)}, DefaultStatus: http.StatusOK,
			Extensions: map[string]any{"x-right": op.Right}}
		if op.Right != public {
			h.Security = []map[string][]string{{"bearer": {}}}
		}
		if op.Media != "" {
			h.Responses = map[string]*huma.Response{"200": {Description: http.StatusText(200), Content: map[string]*huma.MediaType{
				op.Media: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}}
		}
		huma.Register(s.api, h, func(ctx context.Context, in *I) (*O, error) {
			c := ctx.Value(callerKey{}).(*caller)
			c.ctx = ctx
			return handle(c, in)
		})
	}}
}

// large lets an operation take evidence or a workbook.
func (op operation) large() operation { op.Limit = 32 << 20; return op }

// gives says that an operation answers with a file.
func (op operation) gives(media string) operation { op.Media = media; return op }

func tagOf(path string) string {
	tag, _, _ := strings.Cut(strings.TrimPrefix(path, prefix+"/"), "/")
	return tag
}

// get and deed are how nearly all operations are asked for.
func get[I, O any](path, right, id string, handle func(*caller, *I) (*O, error)) operation {
	return on(http.MethodGet, path, right, id, handle)
}

// deed is one command: a POST whose right is the command's name.
func deed[I any](path, name string, handle func(*caller, *I) (*receiptOut, error)) operation {
	return on(http.MethodPost, path, name, strings.ReplaceAll(name, ".", "-"), handle)
}

// Deed is what every deed takes beside its own fields.
type Deed struct {
	Key    string `header:"Idempotency-Key" maxLength:"100"`
	DryRun bool   `query:"dry_run"`
}

// Receipt 回执 says where a deed stands in the ledger; a deed that changed nothing has no entries.
type Receipt struct {
	First  int64    `json:"first"`
	Last   int64    `json:"last"`
	Number string   `json:"number"`
	Repeat bool     `json:"repeat"`
	DryRun bool     `json:"dry_run"`
	Kinds  []string `json:"kinds"`
}

type receiptOut struct{ Body Receipt }

func receipt(r app.Receipt, err error) (*receiptOut, error) {
	if err != nil {
		return nil, err
	}
	out := Receipt{First: r.First, Last: r.Last, Number: r.Number, Repeat: r.Repeat, DryRun: r.DryRun, Kinds: some(r.Kinds)}
	if r.DryRun { // these places in the ledger may be somebody else's by the time it is done
		out.First, out.Last, out.Number = 0, 0, ""
	}
	return &receiptOut{out}, nil
}

func (d Deed) options(files ...app.File) app.Options {
	return app.Options{Key: d.Key, DryRun: d.DryRun, Files: files}
}

// do does a deed through the one door.
func (c *caller) do(d Deed, cmd app.Command, files ...app.File) (*receiptOut, error) {
	return receipt(c.s.o.Do(c.ctx, c.by, cmd, d.options(files...)))
}

// list is an answer of many rows.
type list[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty"`
}

type listOut[T any] struct{ Body list[T] }

func listed[T any](items []T, next string) *listOut[T] {
	return &listOut[T]{list[T]{Items: some(items), Next: next}}
}

type bodyOut[T any] struct{ Body T }

func body[T any](t T) (*bodyOut[T], error) { return &bodyOut[T]{t}, nil }

// none is the input of an operation that asks for nothing.
type none struct{}

// noContent is the answer of an operation that has none.
type noContent struct{}
