#pragma once
// Which rows a ListQuery selects and in which order: the plain reading of the port, for the catalog in memory and for
// the tests that compare another one with it.
#include "catalog/rows.h"

namespace holdall::catalog::testing {

/// All filters but the owner's clock-bound ones: neither page position nor expiry is looked at.
bool matches(const ListQuery& query, const Attachment& row);

/// True when `a` comes before `b`.
bool comes_before(const Sort& sort, const Attachment& a, const Attachment& b);

/// True when the row lies behind the position.
bool is_after(const Sort& sort, const PagePosition& position, const Attachment& row);

/// Where a page that ends with this row ends.
PagePosition position_of(const Sort& sort, const Attachment& row);

}  // namespace holdall::catalog::testing
