package org

import (
	"slices"

	"shigan/kernel/table"
)

// RosterKind is a list of posts by unit ("unit/lq") or by role ("role/dispatcher"), so that whoever writes to all of them need
// not read every post of the district.
const RosterKind = "roster"

// InUnit lists the posts of a unit, itself only; WithRole those that carry a role. In the order in which they were created.
func InUnit(v table.Reader, unit string) ([]string, error) { return roster(v, "unit/"+unit) }

func WithRole(v table.Reader, r Role) ([]string, error) { return roster(v, "role/"+string(r)) }

func roster(v table.Reader, id string) (posts []string, err error) {
	_, err = v.Get(RosterKind, id, &posts)
	return posts, err
}

// enrol puts a new post on its lists.
func enrol(w table.Writer, p Post) error {
	lists := []string{"unit/" + p.Unit}
	for _, r := range p.Roles {
		lists = append(lists, "role/"+string(r))
	}
	for _, id := range lists {
		posts, err := roster(w, id)
		if err != nil {
			return err
		}
		if !slices.Contains(posts, p.ID) {
			if err := w.Put(RosterKind, id, append(posts, p.ID)); err != nil {
				return err
			}
		}
	}
	return nil
}
