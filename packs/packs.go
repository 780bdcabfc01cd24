// Package packs 规则包 holds the law as data, one folder packs/<place>/<rule> each; kernel/rules reads them.
//
// Nothing but data belongs here. A number published by a government stands in a pack's tests.yaml; a threshold stands in
// parameters.yaml with its source; where a text has a hole, pack.yaml says what was decided.
package packs

import (
	"embed"
	"io/fs"
)

//go:embed */*/*.yaml
var files embed.FS

// FS is all packs that come with the program.
func FS() fs.FS { return files }
