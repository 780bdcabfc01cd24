// Package org 组织 knows units, posts, people in posts by date, and who may do what.
//
// Units form a tree (区级机关, 部门, 镇街, 功能区, 企业) and may overlap: a functional zone covers parts of towns. A post
// belongs to a unit and carries roles; a person sits in a post from one day to another, so that "who answered for it in March"
// has an answer. Rights are data (rights.yaml): a deed or a page → the roles that may, and how far.
//
// Names and telephone numbers never enter the ledger; they lie in the vault under the person's id.
package org
