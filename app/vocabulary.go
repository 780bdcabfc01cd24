package app

import (
	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/industry"
	"shigan/domain/project"
	"shigan/kernel/rules"
)

// Vocabulary 词汇 is all facts that rules may speak of, out of every room that offers some.
func Vocabulary() (rules.Vocabulary, error) {
	return rules.Join(project.Vocabulary(), dispatch.Vocabulary(), industry.Vocabulary(), casework.Vocabulary())
}
