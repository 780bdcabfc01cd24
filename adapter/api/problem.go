package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	"shigan/app"
	"shigan/kernel/fault"
	"shigan/kernel/words"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"
)

var (
	errPath    = fault.New(fault.NotFound, "api.no-path")
	errMethod  = fault.New(fault.NotFound, "api.wrong-method")
	errJSON    = fault.New(fault.Invalid, "api.bad-json")
	errMedia   = fault.New(fault.Invalid, "api.bad-media")
	errBig     = fault.New(fault.TooLarge, "api.too-large")
	errBody    = fault.New(fault.Invalid, "api.no-body")
	errFields  = fault.New(fault.Invalid, "api.bad-fields")
	errCursor  = fault.New(fault.Invalid, "api.bad-cursor")
	errToken   = fault.New(fault.Unsigned, "api.no-token")
	errScheme  = fault.New(fault.Unsigned, "api.bad-scheme")
	errSignIn  = fault.New(fault.Forbidden, "api.sign-in-first")
	errApprox  = fault.New(fault.Invalid, "api.approximate")
	errDigest  = fault.New(fault.NotFound, "api.no-such-file")
	errNoPart  = fault.New(fault.NotFound, "api.not-wired")
	errPlan    = fault.New(fault.Conflict, "api.plan-moved")
	errNothing = fault.New(fault.NotFound, "api.none")
)

// statusOf is the HTTP status of a kind of refusal.
var statusOf = map[fault.Kind]int{fault.Invalid: 422, fault.Forbidden: 403, fault.NotFound: 404, fault.Conflict: 409, fault.Unsigned: 401,
	fault.Unavailable: 503, fault.Broken: 500, fault.TooLarge: 413}

// statusOfCode are the refusals for which HTTP has a word of its own.
var statusOfCode = map[string]int{errMethod.Code: 405, errMedia.Code: 415, errJSON.Code: 400, errBody.Code: 400, errCursor.Code: 400}

// Problem 拒绝 is a refusal in the manner of RFC 9457: a stable type, and the sentence in the reader's language.
type Problem struct {
	Type     string       `json:"type"`
	Title    string       `json:"title"`
	Status   int          `json:"status"`
	Code     string       `json:"code"`
	Instance string       `json:"instance"`
	Args     problemArgs  `json:"args,omitempty"`
	Errors   []FieldError `json:"errors,omitempty"`
}

// problemArgs are the values that the sentence speaks of.
type problemArgs map[string]any

// Schema lets each argument be of its own type.
func (problemArgs) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}
}

// FieldError is one wrong field: where (RFC 6901 in the body, or the parameter's name), which rule, the sentence.
type FieldError struct {
	In      string `json:"in" enum:"body,query,path,header"`
	Pointer string `json:"pointer"`
	Code    string `json:"code"`
	Title   string `json:"title"`
}

func (p *Problem) Error() string             { return p.Title }
func (p *Problem) GetStatus() int            { return p.Status }
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// problemOf turns every error into what its reader gets. What nobody foresaw goes to the log under the request's id; the reader
// gets the id and nothing of the cause.
func problemOf(ctx context.Context, err error) *Problem {
	q := requestOf(ctx)
	p := &Problem{Instance: "/requests/" + q.id}
	if tooBig := new(http.MaxBytesError); errors.As(err, &tooBig) {
		err = errBig.With("limit", tooBig.Limit>>20)
	}
	f, ok := app.Refused(err)
	if !ok {
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			f, ok = app.ErrClosed, true
		} else {
			q.log.Error("failed", "request", q.id, "route", q.route, "error", err.Error())
			p.Type, p.Code, p.Status = "about:blank", "house.unknown", http.StatusInternalServerError
			p.Title = words.Say(q.lang, "fault.house.unknown", "id", q.id)
			return p
		}
	}
	p.Type, p.Code, p.Status, p.Title = "/problems/"+f.Code, f.Code, statusOf[f.Kind], app.Sentence(q.lang, f)
	if own, ok := statusOfCode[f.Code]; ok {
		p.Status = own
	}
	if p.Status >= 500 {
		q.log.Error("failed", "request", q.id, "route", q.route, "error", err.Error())
	}
	for k, v := range f.Args {
		if p.Args == nil {
			p.Args = problemArgs{}
		}
		switch v := v.(type) {
		case int, int64, bool, string, []string:
			p.Args[k] = v
		case interface{ In(words.Lang) string }: // a name or a text in two languages
			p.Args[k] = v.In(q.lang)
		default:
			p.Args[k] = fmt.Sprint(v)
		}
	}
	return p
}

// writeProblem answers a refusal outside of any operation.
func writeProblem(w http.ResponseWriter, r *http.Request, err error) {
	p := problemOf(r.Context(), err)
	w.Header().Set("Content-Type", p.ContentType(""))
	headersOf(p, w.Header().Set)
	w.WriteHeader(p.Status)
	json.NewEncoder(w).Encode(p)
}

// headersOf are those that HTTP wants beside a status.
func headersOf(p *Problem, set func(name, value string)) {
	switch p.Status {
	case http.StatusUnauthorized:
		set("WWW-Authenticate", `Bearer realm="shigan"`)
	case http.StatusServiceUnavailable:
		set("Retry-After", "5")
	}
}

// huma asks these two for every error that it meets itself, and for every one that an operation returns.
func init() {
	huma.DefaultArrayNullable = false
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		return &Problem{Status: status} // only the document asks, for the type
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
		c := context.Background()
		if ctx != nil {
			c = ctx.Context()
		}
		p := newProblem(c, status, errs)
		if ctx != nil {
			headersOf(p, ctx.SetHeader)
		}
		return p
	}
}

func newProblem(ctx context.Context, status int, errs []error) *Problem {
	var fields []error
	for _, err := range errs {
		if _, field := err.(huma.ErrorDetailer); !field {
			return problemOf(ctx, err)
		}
		fields = append(fields, err)
	}
	switch {
	case status == http.StatusUnsupportedMediaType:
		return problemOf(ctx, errMedia)
	case status == http.StatusRequestEntityTooLarge:
		return problemOf(ctx, errBig.With("limit", 1))
	case status == http.StatusBadRequest && len(fields) > 0:
		return problemOf(ctx, errJSON)
	case status == http.StatusBadRequest:
		return problemOf(ctx, errBody)
	case len(fields) == 0:
		return problemOf(ctx, errors.New(http.StatusText(status)))
	}
	p := problemOf(ctx, errFields.With("n", len(fields)))
	for _, err := range fields {
		p.Errors = append(p.Errors, fieldErrorOf(requestOf(ctx).lang, err))
	}
	return p
}

// fieldFault is a field that a type of ours refuses, with the refusal of the room that read it.
type fieldFault struct {
	at  string
	err error
}

func (e *fieldFault) Error() string { return e.at + ": " + e.err.Error() }

// ErrorDetail makes it a field's error in huma's eyes.
func (e *fieldFault) ErrorDetail() *huma.ErrorDetail {
	return &huma.ErrorDetail{Location: e.at, Message: e.err.Error()}
}

func fieldErrorOf(lang words.Lang, err error) FieldError {
	d := err.(huma.ErrorDetailer).ErrorDetail()
	e := FieldError{}
	e.In, e.Pointer = pointerOf(d.Location)
	if own, ok := err.(*fieldFault); ok {
		if f, ok := fault.Of(own.err); ok {
			e.Code, e.Title = f.Code, app.Sentence(lang, f)
			return e
		}
	}
	key, args := ruleOf(d.Message)
	if name, ok := args["a"].(string); ok && key == "required" && e.In == "body" {
		e.Pointer += "/" + escapePointer(name)
	}
	e.Code, e.Title = "api.field."+key, words.Say(lang, "api.wrong."+key, args)
	return e
}

var index = regexp.MustCompile(`\[(\d+)\]`)

// pointerOf turns "body.items[3].name" into body and /items/3/name.
func pointerOf(location string) (in, pointer string) {
	in, rest, more := strings.Cut(location, ".")
	if !more {
		return in, ""
	}
	if in != "body" {
		return in, rest
	}
	for _, part := range strings.Split(index.ReplaceAllString(rest, ".$1"), ".") {
		pointer += "/" + escapePointer(part)
	}
	return in, pointer
}

func escapePointer(s string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(s) }

// rulesOf are the messages of the validator, by the key of our own sentence.
var rulesOf = map[string]string{
	"required": validation.MsgExpectedRequiredProperty, "unexpected": validation.MsgUnexpectedProperty,
	"text": validation.MsgExpectedString, "number": validation.MsgExpectedNumber, "integer": validation.MsgExpectedInteger,
	"truth": validation.MsgExpectedBoolean, "list": validation.MsgExpectedArray, "object": validation.MsgExpectedObject,
	"base64": validation.MsgExpectedBase64String, "one-of": validation.MsgExpectedOneOf, "date": validation.MsgExpectedRFC3339Date,
	"at-least": validation.MsgExpectedMinimumNumber, "at-most": validation.MsgExpectedMaximumNumber, "longer": validation.MsgExpectedMinLength,
	"shorter": validation.MsgExpectedMaxLength, "more-items": validation.MsgExpectedMinItems, "fewer-items": validation.MsgExpectedMaxItems,
	"pattern": validation.MsgExpectedMatchPattern, "repeated": validation.MsgExpectedArrayItemsUnique,
}

// unknownParameter is a message of the validator that it does not export.
const unknownParameter = "unknown query parameter"

var matchers = sync.OnceValue(func() map[string]*regexp.Regexp {
	m := map[string]*regexp.Regexp{}
	for key, msg := range rulesOf {
		exp := regexp.QuoteMeta(msg)
		for _, verb := range []string{"%v", "%s", "%d"} {
			exp = strings.ReplaceAll(exp, verb, "(.*)")
		}
		m[key] = regexp.MustCompile("^" + exp + "$")
	}
	return m
})

// ruleOf finds which rule a message of the validator is about.
func ruleOf(msg string) (key string, args map[string]any) {
	for _, key := range slices.Sorted(maps.Keys(matchers())) {
		if m := matchers()[key].FindStringSubmatch(msg); m != nil {
			args := map[string]any{}
			for i, v := range m[1:] {
				args[string(rune('a'+i))] = v
			}
			return key, args
		}
	}
	if msg == unknownParameter {
		return "unexpected", nil
	}
	if strings.HasPrefix(msg, "required ") && strings.HasSuffix(msg, "parameter is missing") {
		return "missing", nil
	}
	return "other", nil
}
