package org

import (
	_ "embed"
	"maps"
	"slices"
	"strings"
	"sync"

	"shigan/kernel/table"

	"github.com/goccy/go-yaml"
)

//go:embed rights.yaml
var rightsFile []byte

var rights = sync.OnceValue(func() map[string][]string {
	m := map[string][]string{}
	if err := yaml.Unmarshal(rightsFile, &m); err != nil {
		panic(err) // embedded: its own test reads it
	}
	return m
})

// Deeds lists everything that rights are given for.
func Deeds() []string { return slices.Sorted(maps.Keys(rights())) }

// Scope 范围 is what a deed touches: the units that stand behind a project, or nothing in particular.
type Scope struct {
	Owner string // 项目单位
	Local string // 责任单位
	Line  string // 主管部门
}

// May refuses whoever has no right to a deed within a scope.
func May(v table.Reader, by Signer, deed string, sc Scope) error {
	for _, rule := range rights()[deed] {
		role, link, limited := strings.Cut(rule, "@")
		if !by.Has(Role(role)) {
			continue
		}
		if !limited {
			return nil
		}
		unit := map[string]string{"owner": sc.Owner, "local": sc.Local, "line": sc.Line}[link]
		if unit == "" {
			continue
		}
		in, err := Within(v, unit, by.Unit)
		if err != nil {
			return err
		}
		if in {
			return nil
		}
	}
	return ErrForbidden.With("deed", deed)
}

// Reach 可见范围 says how far a signer sees: all, or only projects linked to these units.
type Reach struct {
	All   bool
	Link  string // owner or local
	Units []string
}

// ReachOf works out how far a read goes.
func ReachOf(v table.Reader, by Signer, deed string) (Reach, error) {
	var limited string
	for _, rule := range rights()[deed] {
		role, link, lim := strings.Cut(rule, "@")
		if !by.Has(Role(role)) {
			continue
		}
		if !lim {
			return Reach{All: true}, nil
		}
		limited = link
	}
	if limited == "" {
		return Reach{}, ErrForbidden.With("deed", deed)
	}
	units, err := Subtree(v, by.Unit)
	return Reach{Link: limited, Units: units}, err
}

// MayAnywhere refuses whoever has a right nowhere; it reads nothing, and says nothing of where.
func MayAnywhere(by Signer, deed string) error {
	for _, r := range RolesFor(deed) {
		if by.Has(r) {
			return nil
		}
	}
	return ErrForbidden.With("deed", deed)
}

// RolesFor lists the roles that have a right at all, for the table of routes and roles.
func RolesFor(deed string) []Role {
	var out []Role
	for _, rule := range rights()[deed] {
		role, _, _ := strings.Cut(rule, "@")
		out = append(out, Role(role))
	}
	return out
}
