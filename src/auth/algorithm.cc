#include "auth/algorithm.h"

#include <array>

namespace holdall::auth {
namespace {

struct Row {
  Algorithm algorithm;
  std::string_view name;
  AlgorithmFamily family;
  std::size_t hash_size;
};

// In the order of the enumerators: a row is found by its number.
constexpr std::array<Row, 13> kRows{{
    {Algorithm::HS256, "HS256", AlgorithmFamily::Hmac, 32},
    {Algorithm::HS384, "HS384", AlgorithmFamily::Hmac, 48},
    {Algorithm::HS512, "HS512", AlgorithmFamily::Hmac, 64},
    {Algorithm::RS256, "RS256", AlgorithmFamily::RsaPkcs1, 32},
    {Algorithm::RS384, "RS384", AlgorithmFamily::RsaPkcs1, 48},
    {Algorithm::RS512, "RS512", AlgorithmFamily::RsaPkcs1, 64},
    {Algorithm::PS256, "PS256", AlgorithmFamily::RsaPss, 32},
    {Algorithm::PS384, "PS384", AlgorithmFamily::RsaPss, 48},
    {Algorithm::PS512, "PS512", AlgorithmFamily::RsaPss, 64},
    {Algorithm::ES256, "ES256", AlgorithmFamily::Ecdsa, 32},
    {Algorithm::ES384, "ES384", AlgorithmFamily::Ecdsa, 48},
    {Algorithm::ES512, "ES512", AlgorithmFamily::Ecdsa, 64},
    {Algorithm::EdDSA, "EdDSA", AlgorithmFamily::Eddsa, 0},
}};

constexpr bool rows_are_in_order() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (static_cast<std::size_t>(kRows[i].algorithm) != i) return false;
  }
  return true;
}
static_assert(rows_are_in_order());

const Row& row_of(Algorithm algorithm) { return kRows[static_cast<std::size_t>(algorithm)]; }

}  // namespace

std::optional<Algorithm> parse_algorithm(std::string_view name) {
  for (const Row& row : kRows) {
    if (row.name == name) return row.algorithm;
  }
  return std::nullopt;
}

std::string_view name_of(Algorithm algorithm) { return row_of(algorithm).name; }
AlgorithmFamily family_of(Algorithm algorithm) { return row_of(algorithm).family; }
std::size_t hash_size_of(Algorithm algorithm) { return row_of(algorithm).hash_size; }

}  // namespace holdall::auth
