#pragma once
// How much a place where a term stands says about an attachment.
//
// The part of BM25 that counts occurrences (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009): the
// tenth occurrence adds less than the first, and in a long text each says less. How rare a term is (idf) and how long
// texts are on average is left out: both would be counted over the files of others, and tell of them.
#include <cstddef>

namespace holdall::catalog::detail {

struct Field {
  double weight;
  double usual_words;  ///< in place of the average length
};

inline constexpr Field kFilenameField{.weight = 4, .usual_words = 5};
inline constexpr Field kTagsField{.weight = 3, .usual_words = 5};
inline constexpr Field kMetadataField{.weight = 2, .usual_words = 10};
inline constexpr Field kTextField{.weight = 1, .usual_words = 400};  // a printed page

/// Of a term that stands `count` times in a field of `words` words. Zero for zero times, otherwise below 2.2 weights.
constexpr double relevance(const Field& field, std::size_t count, std::size_t words) {
  constexpr double kSaturation = 1.2;  // k1 and b of BM25, with their usual values
  constexpr double kLengthShare = 0.75;
  if (count == 0) return 0;
  const auto occurrences = static_cast<double>(count);
  const double length = 1 - kLengthShare + kLengthShare * static_cast<double>(words) / field.usual_words;
  return field.weight * occurrences * (kSaturation + 1) / (occurrences + kSaturation * length);
}

}  // namespace holdall::catalog::detail
