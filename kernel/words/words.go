// Package words 词句 is the one catalogue of everything that people read: page texts, messages, refusals, labels.
//
// Each room has a file text/<room>.yaml: key: {zh: …, en: …}. A sentence may hold {name}, replaced by the value of that
// name, and {n|one|many}, which picks a word by the number n (Chinese uses the same word for both). Code holds keys only.
package words

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed text/*.yaml
var files embed.FS

// Lang is a language of the catalogue.
type Lang string

const (
	Zh Lang = "zh"
	En Lang = "en"
)

// ParseLang takes a tag such as "zh-CN" or "en"; whatever is not English is Chinese.
func ParseLang(tag string) Lang {
	if strings.HasPrefix(strings.ToLower(tag), "en") {
		return En
	}
	return Zh
}

type pair struct {
	Zh string `yaml:"zh"`
	En string `yaml:"en"`
}

var load = sync.OnceValue(func() map[string]pair {
	all := map[string]pair{}
	names, _ := fs.Glob(files, "text/*.yaml")
	for _, name := range names {
		raw, err := files.ReadFile(name)
		if err != nil {
			panic(err) // embedded: cannot fail on a built binary
		}
		one := map[string]pair{}
		if err := yaml.Unmarshal(raw, &one); err != nil {
			panic(fmt.Sprintf("%s: %v", name, err)) // caught by this package's own test
		}
		for k, p := range one {
			if _, twice := all[k]; twice {
				panic(fmt.Sprintf("%s: key %s stands in two files", name, k))
			}
			all[k] = p
		}
	}
	return all
})

// Has tells whether the catalogue knows the key.
func Has(key string) bool { _, ok := load()[key]; return ok }

// Keys lists all keys in order.
func Keys() []string { return slices.Sorted(maps.Keys(load())) }

// Say gives the sentence of a key with its values filled in. args are name, value, name, value, or one map[string]any.
// An unknown key comes back in brackets, so that it is seen at once on a page and caught by the tests.
func Say(lang Lang, key string, args ...any) string {
	p, ok := load()[key]
	if !ok {
		return "⟦" + key + "⟧"
	}
	text := p.Zh
	if lang == En {
		text = p.En
	}
	if len(args) == 0 && !strings.Contains(text, "{") {
		return text
	}
	return fill(text, toMap(args))
}

func toMap(args []any) map[string]any {
	if len(args) == 1 {
		if m, ok := args[0].(map[string]any); ok {
			return m
		}
	}
	m := make(map[string]any, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		m[fmt.Sprint(args[i])] = args[i+1]
	}
	return m
}

func fill(text string, m map[string]any) string {
	var b strings.Builder
	for {
		open := strings.IndexByte(text, '{')
		if open < 0 {
			break
		}
		end := strings.IndexByte(text[open:], '}')
		if end < 0 {
			break
		}
		b.WriteString(text[:open])
		name, choice, choose := strings.Cut(text[open+1:open+end], "|")
		v, known := m[name]
		switch {
		case !known:
			b.WriteString(text[open : open+end+1]) // left as it is, so that a missing value is seen
		case choose:
			one, many, _ := strings.Cut(choice, "|")
			if fmt.Sprint(v) == "1" {
				b.WriteString(one)
			} else {
				b.WriteString(many)
			}
		default:
			b.WriteString(fmt.Sprint(v))
		}
		text = text[open+end+1:]
	}
	b.WriteString(text)
	return b.String()
}
