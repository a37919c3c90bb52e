import { createApp } from "vue";
import type {} from "koujing-panel/vue";
import Desk from "./Desk.vue";

createApp(Desk).mount("#app");
