/* Linear layers without events, for processors with Helium. */
#ifndef SNN_DENSE_H
#define SNN_DENSE_H

#include "snn_arithmetic.h"

#if SNN_HELIUM
/* Whether the layer's weights fit working memory in the form that snn_dense wants. */
int snn_is_dense(const snn_linear_t* layer);
void snn_dense(const snn_linear_t* layer, const snn_work_t* work);
#endif

#endif
