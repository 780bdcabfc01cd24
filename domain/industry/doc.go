// Package industry 产业 keeps firms and what they give back for the land they use: the per-mu rating (亩均效益评价).
//
// It offers rules the yearly data of a firm. Who weighs them, and against which bases, is a pack's matter (packs/*/mu-rating):
// every place has its own, and changes them each year. Projects, which are not firms yet, stay in domain/project.
package industry
