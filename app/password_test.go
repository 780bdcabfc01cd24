package app_test

import (
	"strings"
	"testing"

	"shigan/app"
)

// OWASP's smaller setting for argon2id: 19 MiB, two passes. Only tests take less.
func TestAPasswordIsHashedAsDearlyAsItShould(t *testing.T) {
	hash, err := app.HashPassword("shigan-demo-2022")
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("%.40s… %v", hash, err)
	}
}
