package demo

import "context"

func (s *seeding) programme(context.Context) error { return nil }
