package dispatch

import (
	_ "embed"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed claims.yaml
var claimsFile []byte

var claims = sync.OnceValue(func() map[string][]string {
	m := map[string][]string{}
	if err := yaml.Unmarshal(claimsFile, &m); err != nil {
		panic(err) // embedded: its own test reads it
	}
	return m
})

func claimFinished() []string { return claims()["finished"] }
func claimStopped() []string  { return claims()["stopped"] }
