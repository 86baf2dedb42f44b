#include "snn_group.h"

void snn_grouped(const snn_linear_t* layer, const snn_work_t* work) {
  snn_linear_t part = snn_first_group(layer);
  uint16_t i;
  for (i = 0; i < layer->groups; ++i) {
    snn_linear(&part, work);
    part.weight += snn_group_weights(&part);
    snn_next_group(&part);
  }
}
