#pragma once
// What every implementation of catalog::Catalog must do. Include it in one test source and say what to test:
//
//   INSTANTIATE_TEST_SUITE_P(Memory, CatalogConformance, ::testing::Values(memory_subject()), name_of_subject);
//   INSTANTIATE_TEST_SUITE_P(Memory, TextConformance, ::testing::Values(memory_subject()), name_of_subject);
//
// Random tests print their seed; HOLDALL_TEST_SEED=<number> repeats one.
#include "catalog/testing/conformance/attachment_suite.h"   // IWYU pragma: export
#include "catalog/testing/conformance/change_suite.h"       // IWYU pragma: export
#include "catalog/testing/conformance/derivative_suite.h"   // IWYU pragma: export
#include "catalog/testing/conformance/fixture.h"            // IWYU pragma: export
#include "catalog/testing/conformance/house_suite.h"        // IWYU pragma: export
#include "catalog/testing/conformance/idempotency_suite.h"  // IWYU pragma: export
#include "catalog/testing/conformance/job_suite.h"          // IWYU pragma: export
#include "catalog/testing/conformance/list_suite.h"         // IWYU pragma: export
#include "catalog/testing/conformance/model_suite.h"        // IWYU pragma: export
#include "catalog/testing/conformance/quota_suite.h"        // IWYU pragma: export
#include "catalog/testing/conformance/text_suite.h"         // IWYU pragma: export
#include "catalog/testing/conformance/user_suite.h"         // IWYU pragma: export
