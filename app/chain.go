package app

import (
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/table"
)

// ChainOf 责任链 gives the posts that sit on the rungs of a ladder: lead (项目包保领导), head (责任单位主要负责人), deputy
// (分管区领导), chief (区委区政府主要领导). A desk says which rung sits at which level. unit is who answers where there is no project.
func ChainOf(v table.Reader, projectID, unit string) (map[string]string, error) {
	chain := map[string]string{}
	if projectID != "" {
		p, err := project.Of(v, projectID)
		if err != nil {
			return nil, err
		}
		chain["lead"], chain["chief"] = p.Duty.Lead, p.Duty.Top
		if unit == "" {
			unit = p.LocalUnit
		}
	}
	head, leader, top, err := org.Heads(v, unit)
	if err != nil {
		return nil, err
	}
	chain["head"], chain["deputy"] = head, leader
	if chain["chief"] == "" {
		chain["chief"] = top
	}
	return chain, nil
}

// ReachOfCase 可见范围 of a case: the units that stand behind its project, or the one that answers.
func ReachOfCase(v table.Reader, projectID, unit string) (org.Scope, error) {
	if projectID == "" {
		return org.Scope{Local: unit, Line: unit}, nil
	}
	p, err := project.Of(v, projectID)
	return p.Scope(), err
}
