import { useState } from "react";
import { createRoot } from "react-dom/client";
import type { Decision } from "koujing-panel";
import type {} from "koujing-panel/react";
import { customer } from "../../customer.ts";

function Desk() {
  const [decision, setDecision] = useState<Decision>();
  return (
    <main>
      <h1>CRM</h1>
      <koujing-panel pack="/koujing/cn-telecom.json" lang="zh-CN" case={customer} onkoujing-decision={({ detail }) => { setDecision(detail); }} />
      <p id="told">{decision?.refund?.pay_fen}</p>
    </main>
  );
}

const place = document.getElementById("app");
if (place) createRoot(place).render(<Desk />);
