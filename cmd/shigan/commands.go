package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"

	"shigan/kernel/words"

	"golang.org/x/text/width"
)

// command is one line of the table: its name of one or two words, what stands behind it, its flags, and what it does.
// A flag "month=" takes a value, "given=+" several, "dry-run" none. Texts stand in the catalogue under cli.do.<name> and
// cli.flag.<flag>.
type command struct {
	name     string
	args     string // as help prints it
	min, max int    // how many arguments; max -1 for any number
	flags    []string
	run      func(*call) error
}

// commands is everything that the program can do, in the order in which help lists it.
func commands() []command {
	return slices.Concat(foundCommands(), serveCommands(), importCommands(), monthCommands(), reportCommands(), bulletinCommands(),
		figureCommands(), rulesCommands(), deskCommands(), scheduleCommands(), networkCommands(), portfolioCommands(), backtestCommands(), foresightCommands(), nightCommands(), rhythmCommands(), meetingCommands(), visitCommands(), ledgerCommands(), verifyCommands(), peopleCommands(),
		[]command{{name: "help", args: "[COMMAND]", max: 2, run: help}, {name: "version", run: printVersion}})
}

// global flags may stand before or behind the command.
var globalFlags = []string{"data=", "db=", "district=", "as=", "json", "lang="}

// std is the world outside of the program.
type std struct {
	in       io.Reader
	out, err io.Writer
	getenv   func(string) string
}

// call is one command under way.
type call struct {
	std
	ctx     context.Context
	cmd     *command
	args    []string
	values  map[string][]string
	lang    words.Lang
	json    bool
	code    int // exit code of a command that ended well and still has bad news
	closers []func()
	logTo   io.Writer // where the log goes; nil: standard error
}

// run carries out a command line and gives the exit code.
func run(ctx context.Context, line []string, s std) int {
	c := &call{std: s, ctx: ctx, values: map[string][]string{}, lang: words.Zh}
	c.lang = words.ParseLang(s.getenv("SHIGAN_LANG"))
	err := c.parse(line)
	if l := c.text("lang"); l != "" {
		c.lang = words.ParseLang(l)
	}
	c.json = c.has("json")
	if err == nil && c.has("help") {
		if c.cmd != nil {
			c.args = strings.Fields(c.cmd.name)
		}
		err = help(c)
	} else if err == nil {
		err = c.cmd.run(c)
	}
	for _, f := range slices.Backward(c.closers) {
		f()
	}
	if err != nil {
		return c.fail(err)
	}
	return c.code
}

// parse finds the command and sorts flags from arguments; they may stand in any order.
func (c *call) parse(line []string) error {
	fs := c.flagSet(globalFlags)
	rest, err := c.flagsOf(fs, line)
	if err != nil || c.has("help") {
		return err
	}
	table := commands()
	if len(rest) == 0 {
		c.values["help"] = []string{"true"}
		return nil
	}
	for n := min(2, len(rest)); n > 0 && c.cmd == nil; n-- {
		name := strings.Join(rest[:n], " ")
		if i := slices.IndexFunc(table, func(k command) bool { return k.name == name }); i >= 0 {
			c.cmd, rest = &table[i], rest[n:]
		}
	}
	if c.cmd == nil && len(rest) > 1 && slices.Contains([]string{"--help", "-help", "-h"}, rest[1]) {
		c.args, c.values["help"] = rest[:1], []string{"true"} // a group of commands
		return nil
	}
	if c.cmd == nil {
		return errUsage.With("why", words.Say(c.langNow(), "cli.no-command", "name", strings.Join(rest[:min(2, len(rest))], " ")))
	}
	fs = c.flagSet(slices.Concat(globalFlags, c.cmd.flags))
	for {
		if rest, err = c.flagsOf(fs, rest); err != nil {
			return err
		}
		if len(rest) == 0 {
			break
		}
		c.args, rest = append(c.args, rest[0]), rest[1:]
	}
	if n := len(c.args); !c.has("help") && (n < c.cmd.min || c.cmd.max >= 0 && n > c.cmd.max) {
		return errUsage.With("why", words.Say(c.langNow(), "cli.wrong-number", "line", "shigan "+c.cmd.name+" "+c.cmd.args))
	}
	return nil
}

// langNow is the language as far as it is known while the line is still being read.
func (c *call) langNow() words.Lang {
	if l := c.text("lang"); l != "" {
		return words.ParseLang(l)
	}
	return c.lang
}

func (c *call) flagSet(decls []string) *flag.FlagSet {
	fs := flag.NewFlagSet("shigan", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.Usage = func() {}
	for _, d := range decls {
		name, kind, takes := strings.Cut(d, "=")
		set := func(s string) error {
			if kind == "+" {
				c.values[name] = append(c.values[name], s)
			} else {
				c.values[name] = []string{s}
			}
			return nil
		}
		if takes {
			fs.Func(name, "", set)
		} else {
			fs.BoolFunc(name, "", set)
		}
	}
	return fs
}

// flagsOf reads flags up to the next argument, and says in the reader's language what is wrong with them.
func (c *call) flagsOf(fs *flag.FlagSet, line []string) ([]string, error) {
	err := fs.Parse(line)
	if errors.Is(err, flag.ErrHelp) {
		c.values["help"] = []string{"true"}
		return nil, nil
	}
	if err != nil {
		why := err.Error()
		if name, ok := strings.CutPrefix(why, "flag provided but not defined: -"); ok {
			why = words.Say(c.langNow(), "cli.no-flag", "name", "--"+name)
		} else if name, ok := strings.CutPrefix(why, "flag needs an argument: -"); ok {
			why = words.Say(c.langNow(), "cli.flag-needs-value", "name", "--"+name)
		}
		return nil, errUsage.With("why", why)
	}
	return fs.Args(), nil
}

// has, text and list give a flag's value.
func (c *call) has(flag string) bool {
	v := c.values[flag]
	return len(v) > 0 && v[0] != "false"
}

func (c *call) text(flag string) string {
	if v := c.values[flag]; len(v) > 0 {
		return v[len(v)-1]
	}
	return ""
}

func (c *call) list(flag string) []string { return c.values[flag] }

// need is a flag that must be there.
func (c *call) need(flag string) (string, error) {
	v := c.text(flag)
	if strings.TrimSpace(v) == "" {
		return "", errUsage.With("why", words.Say(c.lang, "cli.flag-missing", "name", "--"+flag))
	}
	return v, nil
}

// arg is the n-th argument, "" where there is none.
func (c *call) arg(n int) string {
	if n < len(c.args) {
		return c.args[n]
	}
	return ""
}

// say prints a line of the catalogue.
func (c *call) say(key string, args ...any) { fmt.Fprintln(c.out, words.Say(c.lang, key, args...)) }

// word is a piece of a line.
func (c *call) word(key string, args ...any) string { return words.Say(c.lang, key, args...) }

// printJSON prints a value; text stays readable.
func (c *call) printJSON(v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(v); err != nil {
		return err
	}
	_, err := c.out.Write(b.Bytes())
	return err
}

// give prints a result: as JSON where that was asked for, otherwise by a function.
func (c *call) give(v any, print func()) error {
	if c.json {
		return c.printJSON(v)
	}
	print()
	return nil
}

// table prints rows in columns; Chinese characters are two cells wide.
func (c *call) table(rows [][]string) {
	var widths []int
	for _, r := range rows {
		for i, s := range r {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], cells(s))
		}
	}
	for _, r := range rows {
		var b strings.Builder
		for i, s := range r {
			b.WriteString(s)
			if i < len(r)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]-cells(s)+2))
			}
		}
		fmt.Fprintln(c.out, strings.TrimRight(b.String(), " "))
	}
}

// cells is how wide a text stands on a terminal.
func cells(s string) int {
	n := 0
	for _, r := range s {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			n++
		}
		n++
	}
	return n
}

// log is the structured log on standard error, or in a file where a person reads the terminal.
func (c *call) log() *slog.Logger {
	to := c.logTo
	if to == nil {
		to = c.err
	}
	return slog.New(slog.NewJSONHandler(to, nil)).With("version", version)
}

// help prints the commands, or one of them.
func help(c *call) error {
	if len(c.args) > 0 {
		name := strings.Join(c.args, " ")
		var found []command
		for _, k := range commands() {
			if k.name == name || strings.HasPrefix(k.name, name+" ") {
				found = append(found, k)
			}
		}
		if len(found) == 0 {
			return errUsage.With("why", c.word("cli.no-command", "name", name))
		}
		for _, k := range found {
			fmt.Fprintln(c.out, strings.TrimSpace("shigan "+k.name+" "+k.args))
			fmt.Fprintln(c.out, "  "+c.word("cli.do."+strings.ReplaceAll(k.name, " ", ".")))
			c.flagTable(k.flags)
		}
		return nil
	}
	c.say("cli.help.head")
	fmt.Fprintln(c.out)
	var rows [][]string
	for _, k := range commands() {
		rows = append(rows, []string{"  " + strings.TrimSpace(k.name+" "+k.args), c.word("cli.do." + strings.ReplaceAll(k.name, " ", "."))})
	}
	c.table(rows)
	fmt.Fprintln(c.out)
	c.say("cli.help.global")
	c.flagTable(globalFlags)
	fmt.Fprintln(c.out)
	c.say("cli.help.exit")
	rows = nil
	for _, code := range exitCodes {
		rows = append(rows, []string{fmt.Sprintf("  %d", code), c.word(fmt.Sprintf("cli.exit.%d", code))})
	}
	c.table(rows)
	fmt.Fprintln(c.out)
	c.say("cli.help.env")
	return nil
}

func (c *call) flagTable(decls []string) {
	var rows [][]string
	for _, d := range decls {
		name, _, takes := strings.Cut(d, "=")
		if takes {
			d = name + " " + c.word("cli.value")
		}
		rows = append(rows, []string{"  --" + d, c.word("cli.flag." + name)})
	}
	c.table(rows)
}

func printVersion(c *call) error {
	_, err := fmt.Fprintln(c.out, "shigan", version)
	return err
}
