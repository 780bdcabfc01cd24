package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"shigan/app"
	"shigan/kernel/fault"
	"shigan/kernel/words"
)

// Exit codes. `shigan help` prints this table; scripts may rely on it.
const (
	exitOK          = 0
	exitRefused     = 1 // the input is wrong, or breaks a rule
	exitUsage       = 2
	exitNotFound    = 3
	exitConflict    = 4 // closed month, older version, doubled id
	exitBroken      = 5 // verification failed: ledger, proof, pack
	exitUnavailable = 6 // full disk, no database: try again
	exitForbidden   = 7 // this post may not, or nobody is named
	exitInternal    = 10
)

var exitCodes = []int{exitOK, exitRefused, exitUsage, exitNotFound, exitConflict, exitBroken, exitUnavailable, exitForbidden, exitInternal}

var exitOf = map[fault.Kind]int{
	fault.Invalid: exitRefused, fault.TooLarge: exitRefused, fault.NotFound: exitNotFound, fault.Conflict: exitConflict,
	fault.Broken: exitBroken, fault.Unavailable: exitUnavailable, fault.Forbidden: exitForbidden, fault.Unsigned: exitForbidden,
}

// errUsage is a command line that can't be understood.
var errUsage = fault.New(fault.Invalid, "cli.usage")

// problem is a refusal as --json prints it, in the manner of RFC 9457.
type problem struct {
	Type   string         `json:"type"` // "/problems/" and the code
	Title  string         `json:"title"`
	Code   string         `json:"code"`
	Exit   int            `json:"exit"`
	Detail map[string]any `json:"detail,omitempty"` // the values of the sentence
}

// problemOf turns an error into what its reader gets. What nobody foresaw gets a number; its cause is for the operator only.
func problemOf(err error, lang words.Lang) problem {
	f, ok := app.Refused(err)
	if !ok {
		if errors.Is(err, context.Canceled) {
			return problem{Type: "about:blank", Title: words.Say(lang, "cli.interrupted"), Code: "cli.interrupted", Exit: exitUnavailable}
		}
		id := app.NewKey()[:8]
		return problem{Type: "about:blank", Title: words.Say(lang, "fault.house.unknown", "id", id), Code: "house.unknown", Exit: exitInternal}
	}
	p := problem{Type: "/problems/" + f.Code, Title: app.Sentence(lang, f), Code: f.Code, Exit: exitOf[f.Kind]}
	if f.Is(errUsage) {
		p.Exit = exitUsage
	}
	for k, v := range f.Args {
		if p.Detail == nil {
			p.Detail = map[string]any{}
		}
		if s, isList := v.([]string); isList {
			p.Detail[k] = s
		} else {
			p.Detail[k] = fmt.Sprint(v)
		}
	}
	return p
}

// fail prints an error and gives the exit code.
func (c *call) fail(err error) int {
	p := problemOf(err, c.lang)
	if c.json {
		c.printJSON(p)
	} else {
		fmt.Fprintln(c.err, p.Title)
	}
	if p.Exit == exitInternal || os.Getenv("SHIGAN_DEBUG") != "" {
		c.log().Error(p.Title, "code", p.Code, "cause", err.Error())
	}
	return p.Exit
}
